/** A start entry of the desktop: what runs at login. */
export function desktopEntryText(command: readonly string[]): string {
  return `[Desktop Entry]
Type=Application
Name=Tern
Exec=${command.map(quoted).join(' ')}
Terminal=false
X-GNOME-Autostart-enabled=true
`
}

/** The quoting of the desktop entry specification. */
function quoted(argument: string): string {
  return `"${argument.replace(/(["`$\\])/g, '\\$1').replaceAll('%', '%%')}"`
}
