import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'
import { Icon } from './icons/icon.tsx'
import type { IconName } from './icons/icon-paths.ts'

interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  readonly children: ReactNode
  /** `primary` is the orange one: at most one on a surface. `quiet` is a word without an edge. */
  readonly variant?: 'primary' | 'plain' | 'quiet'
  /** `row` 22, `bar` 26, `sheet` 30 pixels high. */
  readonly size?: 'row' | 'bar' | 'sheet'
  readonly icon?: IconName
}

export function Button({ children, variant = 'plain', size = 'bar', icon, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className="button" data-variant={variant} data-size={size}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </AriaButton>
  )
}

interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  readonly icon: IconName
  /** Read out, and shown by the system when the pointer rests. */
  readonly label: string
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <span className="icon-button-hint" title={label}>
      <AriaButton {...rest} aria-label={label} className="icon-button">
        <Icon name={icon} size={15} />
      </AriaButton>
    </span>
  )
}
