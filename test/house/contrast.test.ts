// SPDX-License-Identifier: AGPL-3.0-or-later
// Every colour pair, in light, in dark and in each theme: text 7:1 (WCAG 1.4.6), shapes 3:1 (1.4.11).
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const ASSETS = join(import.meta.dirname, '../../views/assets')
const read = (file: string) => readFileSync(join(ASSETS, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
const styleSheets = readdirSync(ASSETS).filter((file) => file.endsWith('.css'))

type Tokens = Record<string, string>
type Scheme = 'light' | 'dark'

/** By scheme, then by theme (`bleu` is the default one). Print is black on white and left out. */
function declared(): Record<Scheme, Record<string, Tokens>> {
  const found: Record<Scheme, Record<string, Tokens>> = { light: {}, dark: {} }
  let scheme: Scheme = 'light'
  const rules =
    /(@media \(prefers-color-scheme: dark\) \{)|(?::root|\[data-theme="(?<theme>\w+)"\])\s*\{(?<body>[^}]*)\}|\}/g
  for (const match of (read('tokens.css').split('@media print')[0] ?? '').matchAll(rules)) {
    if (match[1]) scheme = 'dark'
    else if (match[0] === '}') scheme = 'light'
    else {
      const tokens = (found[scheme][match.groups?.['theme'] ?? 'bleu'] ??= {})
      for (const [, name, colour] of (match.groups?.['body'] ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g))
        if (name && colour) tokens[name] = colour
    }
  }
  return found
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function ratio(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

type Pair = readonly [string, string, Scheme?]
const grounds = ['paper', 'linen', 'raised', 'theme-pale'] as const
const toRead: Pair[] = [
  ...[...grounds, 'wait-soft', 'ok-soft', 'stop-soft'].map((ground): Pair => ['ink', ground]),
  ...grounds.flatMap((ground): Pair[] => [
    ['soft', ground],
    ['theme-text', ground],
  ]),
  ...['ok', 'wait', 'stop'].flatMap((state): Pair[] => [
    [state, `${state}-soft`],
    [state, 'paper'],
    [state, 'raised'],
    [state, 'linen'],
  ]),
  ...['theme', 'theme-dark'].flatMap((ground): Pair[] => [
    ['on-theme', ground],
    ['on-theme-soft', ground],
  ]),
  ...['ok-soft', 'wait-soft', 'stop-soft'].map((ground): Pair => ['theme-text', ground]),
  ['ok', 'theme-pale'],
  ['stop', 'theme-pale'],
  ['paper', 'theme-text'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
]
const toSee: Pair[] = [
  ...grounds.flatMap((ground): Pair[] => [
    ['edge', ground],
    ['focus', ground],
  ]),
  ['accent', 'theme'],
  ['accent', 'theme-dark'],
  ['accent-edge', 'paper'],
  ['accent-edge', 'raised'],
  ['accent-edge', 'linen'],
  ['on-theme', 'theme'],
  ['accent-edge', 'accent', 'light'],
  ['focus', 'focus-gap'],
  ['ok', 'ok-soft'],
  ['wait', 'wait-soft'],
  ['stop', 'stop-soft'],
]

describe('the contrast of tokens.css', () => {
  const { light, dark } = declared()
  const themes = Object.keys(light)
  const tokensOf = (scheme: Scheme, theme: string): Tokens => ({
    ...light['bleu'],
    ...light[theme],
    ...(scheme === 'dark' ? { ...dark['bleu'], ...dark[theme] } : {}),
  })

  it('there are six themes, each with its night', () => {
    expect(themes).toHaveLength(6)
    expect(Object.keys(dark).sort()).toEqual([...themes].sort())
  })

  it.each(themes.flatMap((theme) => [[theme, 'light'] as const, [theme, 'dark'] as const]))(
    'every pair of the theme %s is readable in the %s scheme',
    (theme, scheme) => {
      const tokens = tokensOf(scheme, theme)
      const faults = [[toRead, 7] as const, [toSee, 3] as const].flatMap(([pairs, floor]) =>
        pairs.flatMap(([a, b, only]) => {
          if (only && only !== scheme) return []
          const [one, other] = [tokens[a], tokens[b]]
          if (!one || !other) return [`${a} or ${b} is not declared`]
          const measured = ratio(one, other)
          return measured < floor ? [`${a} on ${b}: ${measured.toFixed(2)} < ${floor}`] : []
        }),
      )
      expect(faults).toEqual([])
    },
  )
})

describe('the style sheets', () => {
  it.each(styleSheets.filter((file) => file !== 'tokens.css'))('%s names no colour of its own', (file) => {
    expect(read(file).match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|color-mix)a?\(/gi) ?? []).toEqual([])
  })

  it('every token that is used is declared', () => {
    const all = styleSheets.map(read).join('\n')
    const known = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]))
    const used = new Set([...all.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]))
    expect([...used].filter((name) => !known.has(name))).toEqual([])
  })

  it('order.json lists every style sheet once, colours first', () => {
    const order = JSON.parse(readFileSync(join(ASSETS, 'order.json'), 'utf8')) as string[]
    expect(order[0]).toBe('tokens.css')
    expect([...order].sort()).toEqual([...styleSheets].sort())
  })

  it('they ask for no other file and weigh little', () => {
    const all = styleSheets.map(read).join('\n')
    expect(all).not.toMatch(/@import|url\(|@font-face/)
    expect(Buffer.byteLength(all)).toBeLessThan(45_000)
  })
})
