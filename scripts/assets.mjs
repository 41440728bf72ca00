// Draws the icons of assets/ from the logo's paths (the look, section 3). Run it after a change: npm run assets.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Resvg } from '@resvg/resvg-js'

const wings =
  'M1 18C18 13 31 18 39 32C43 20 51 9 63 2C56 14 50.5 26 46.5 37.5C43 36.6 38.5 36.8 34.5 38C29 27 18 19.5 1 18Z'
const body = 'M3 60C13 48 27 40.6 41.5 39.6C49 39.1 53.4 41 54.6 43.6C51 48.2 44 49 36 49.2C23 49.6 12 53.4 3 60Z'
const beak = 'M56.4 42.2L64 49L53.6 47Z'
const smallBird =
  'M.2 4.6C4.6 3.4 8 5 9.8 8.2C10.8 5.2 12.8 2.4 15.8 .6C14.2 3.8 13 6.4 12.1 9.4C13 9.7 13.6 10.2 13.7 10.8' +
  'C12.8 12.2 11 12.3 9 12.4C5.8 12.6 3.2 13.4 .6 15.2C2.6 12 5.2 10.1 8.4 9.6C6.6 6.8 4 5.2 .2 4.6Z'
const smallBeak = 'M14.3 10.4L16 12.4L13.2 11.9Z'

const svg = (grid, inner) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${grid} ${grid}" width="${grid}" height="${grid}">${inner}</svg>\n`

/** The app icon: a slate tile with the bird at 60 % of its width; up to 24 px the heavier drawing. */
const appIcon = (small) => {
  const tile = '<rect width="64" height="64" rx="14.72" fill="#27313B"/>'
  const paths = small
    ? `<path fill="#FFFFFF" d="${smallBird}"/><path fill="#F0562A" d="${smallBeak}"/>`
    : `<path fill="#FFFFFF" d="${wings}"/><path fill="#FFFFFF" d="${body}"/><path fill="#F0562A" d="${beak}"/>`
  const scale = (64 * 0.6) / (small ? 16 : 64)
  return svg(64, `${tile}<g transform="translate(12.8 13.2) scale(${scale})">${paths}</g>`)
}

/** The variants of the tray: ink for light bars, white for dark ones, and one colour for the bar of macOS. */
const trayVariants = {
  light: { bird: '#15191E', disc: '#D43C10' },
  dark: { bird: '#FFFFFF', disc: '#FF6F42' },
  template: { bird: '#000000', disc: '#000000' },
}

const bird = (colour) => `<g fill="${colour}"><path d="${smallBird}"/><path d="${smallBeak}"/></g>`

/** The bird with a round hole at the lower right, for the mark that stands there. */
const cutBird = (colour, radius, opacity) =>
  '<mask id="cut"><rect width="16" height="16" fill="#fff"/>' +
  `<circle cx="12.8" cy="12.8" r="${radius}" fill="#000"/></mask>` +
  `<g mask="url(#cut)" opacity="${opacity}">${bird(colour)}</g>`

const transferring = (colour, step) =>
  `<g transform="translate(1.6 -.4) scale(.8)">${bird(colour)}</g>` +
  `<rect x="0" y="14.2" width="16" height="1.5" fill="${colour}" opacity=".38"/>` +
  `<rect x="0" y="14.2" width="${(16 * step) / 8}" height="1.5" fill="${colour}"/>`

const trayStates = ({ bird: colour, disc }) => ({
  idle: bird(colour),
  attention: `${cutBird(colour, 3.1 + 1.3, 1)}<circle cx="12.8" cy="12.8" r="3.1" fill="${disc}"/>`,
  offline:
    cutBird(colour, 2.4 + 0.65 + 1.3, 0.6) +
    `<circle cx="12.8" cy="12.8" r="2.4" fill="none" stroke="${colour}" stroke-width="1.3"/>`,
  ...Object.fromEntries(Array.from({ length: 9 }, (_, step) => [`transferring-${step}`, transferring(colour, step)])),
})

const write = (path, content) => {
  const file = fileURLToPath(new URL(`../assets/${path}`, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const png = (drawing, sizePx) => new Resvg(drawing, { fitTo: { mode: 'width', value: sizePx } }).render().asPng()

write('icon.svg', appIcon(false))
write('icon.png', png(appIcon(false), 512))
for (const sizePx of [16, 24, 32, 48, 64, 128, 256, 512]) {
  write(`icons/${sizePx}x${sizePx}.png`, png(appIcon(sizePx <= 24), sizePx))
}
for (const [variant, colours] of Object.entries(trayVariants)) {
  for (const [state, inner] of Object.entries(trayStates(colours))) {
    // Electron takes the `@2x` file by itself on a dense screen.
    write(`tray/${variant}/${state}.png`, png(svg(16, inner), 16))
    write(`tray/${variant}/${state}@2x.png`, png(svg(16, inner), 32))
  }
}
