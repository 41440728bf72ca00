import { useMemo } from 'react'

interface JsonEditorProps {
  readonly label: string
  readonly text: string
  /** Absent: only to read and copy. */
  readonly onChange?: (text: string) => void
}

/** Text in the system's fixed font with numbered lines; both scroll together because the text is never wrapped. */
export function JsonEditor({ label, text, onChange }: JsonEditorProps) {
  const lines = useMemo(() => text.split('\n').length, [text])
  return (
    <div className="json-editor">
      <pre className="json-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
      </pre>
      <textarea
        className="json-text"
        aria-label={label}
        value={text}
        readOnly={onChange === undefined}
        rows={lines}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange?.(event.target.value)}
      />
    </div>
  )
}
