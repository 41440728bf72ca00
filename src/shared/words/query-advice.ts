import type { QueryAdvice } from '../domain/query/query.ts'

/** What would be right in a query; `{position}` counts its characters from 1. */
export const queryAdvice = {
  'entity-missing':
    'Character {position}: begin with what you look for and WHERE, such as Transfer WHERE status=failed',
  'entity-unknown': 'Character {position}: {entity} is not known. Write {allowed}',
  'entity-other': 'Character {position}: this list holds no {entity}. Write {allowed}',
  'where-missing': 'Character {position}: write WHERE behind {entity}',
  'comparison-missing': 'Character {position}: write a comparison, such as status=failed',
  'attribute-unknown': 'Character {position}: {entity} has no {attribute}. Write {allowed}',
  'attribute-unanswered': 'Character {position}: {attribute} is not kept here. Ask for one of {allowed}',
  'operator-missing': 'Character {position}: write one of {allowed}',
  'operator-unusable': 'Character {position}: {attribute} cannot be asked with {operator}. Write one of {allowed}',
  'value-missing': 'Character {position}: write a value, or "" for none',
  'quote-open': 'Character {position}: this quote is not closed. Write {quote} at its end',
  'quote-inside': 'Character {position}: a quote ends here. Write it twice if it belongs to the value',
  'parenthesis-open': 'Character {position}: this parenthesis is not closed',
  'parenthesis-extra': 'Character {position}: nothing was opened that this parenthesis closes',
  'connector-missing': 'Character {position}: write and, or, or nothing more. Put values with spaces in quotes',
  'not-before': 'Character {position}: not stands behind the attribute, as in name not contains x. Or write !=',
  'one-of': 'Character {position}: {value} is not a value of {attribute}. Write one of {allowed}',
  number: 'Character {position}: write {attribute} as a number',
  date: 'Character {position}: write {attribute} as 2026-01-22 or 2026-01-22T08:35:59',
  boolean: 'Character {position}: write true or false for {attribute}',
  pattern: 'Character {position}: {value} is not a regular expression that Tern can use',
} as const satisfies Record<QueryAdvice, string>
