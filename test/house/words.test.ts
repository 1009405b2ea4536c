// SPDX-License-Identifier: AGPL-3.0-or-later
// No metaphor where the trade has a word, in names, comments, documents, log lines, errors and names of tests. Texts on
// screen, message keys, names of tables, columns and events, and federated data are left alone.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { readModules } from '../support/sources.ts'

const ROOT = join(import.meta.dirname, '../..')

const INSTEAD: Record<string, string> = {
  letter: 'activity, mail or character',
  door: 'HTTP client, apex, own actor, entry or link card',
  voice: 'publisher',
  saying: 'send, activity',
  room: 'context, seats, slots or disk space',
  gate: 'inbox endpoint, verifyPassword',
  bell: 'commits, onCommit',
  rung: 'called after a commit',
  nudge: 'signal',
  stranger: 'unknown peer, unknown person or somebody else',
  afar: 'relayed',
  hearsay: 'third-party Delete',
  farewell: 'account Delete',
  knock: 'request',
  silence: 'blocked, not allowed or no answer',
  cloth: 'theme',
  hem: 'divider',
  quilt: 'pattern grid',
  house: 'instance, association or project',
  heard: 'received, read or accepted',
}
/** Plain in a sentence and elsewhere, and a metaphor as a name in `federation/`. */
const IN_FEDERATION: Record<string, string> = {
  say: 'send',
  turns: 'single flight',
  keeping: 'store',
  meaning: 'handler',
  effect: 'apply',
}
/** In templates and styles only: a worker has threads. */
const IN_VIEWS: Record<string, string> = { thread: 'accent' }

const EXCEPTIONS: { text: RegExp; reason: string }[] = [
  {
    text: /\btest\/house\b[\w/.-]*|\bhouse tests?\b/g,
    reason: 'the tests of how the project is built, by their folder',
  },
  { text: /\bletter-spacing\b/g, reason: 'a property of CSS' },
  { text: /\bfirstKnock\b/g, reason: 'an option of Fedify' },
]
/** Released migrations are never changed; lists of places and packages hold names of others. */
const LEFT_ALONE =
  /^(?:db\/(?:migrations|reference)|views\/locales|config\/node\/node_modules|test\/house\/words\.test\.ts)/

type Kind = 'name' | 'comment'
type Piece = { at: number; text: string; kind: Kind }

/** Code without the content of strings and patterns, and the comments, each piece with its offset. */
function piecesOfCode(text: string): Piece[] {
  const pieces: Piece[] = []
  const templates: number[] = []
  let at = 0
  let braces = 0
  let before = ''
  const add = (end: number, kind: Kind | undefined) => {
    const part = text.slice(at, end)
    if (kind) pieces.push({ at, text: part, kind })
    if (kind !== 'comment') before = (before + part).slice(-80)
    at = end
  }
  const endOf = (pattern: RegExp): number => {
    pattern.lastIndex = at
    return pattern.test(text) ? pattern.lastIndex : text.length
  }
  const isForDevelopers = () => /(?:\blog\.\w+|\b\w*Error|\b(?:test|it|describe)(?:\.\w+)?|\))\(\s*$/.test(before)
  const restOfTemplate = () => {
    const end = endOf(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y)
    if (text.slice(at, end).endsWith('${')) templates.push(braces++)
    add(end, isForDevelopers() ? 'comment' : undefined)
  }
  while (at < text.length) {
    const two = text.slice(at, at + 2)
    const one = two[0]!
    if (two === '//') add(endOf(/[^\n]*/y), 'comment')
    else if (two === '/*') add(endOf(/[\s\S]*?\*\//y), 'comment')
    else if (one === "'" || one === '"')
      add(
        endOf(one === "'" ? /'(?:[^'\\\n]|\\.)*'/y : /"(?:[^"\\\n]|\\.)*"/y),
        isForDevelopers() ? 'comment' : undefined,
      )
    else if (one === '`') {
      at += 1
      restOfTemplate()
    } else if (one === '}' && templates.at(-1) === braces - 1) {
      templates.pop()
      braces -= 1
      at += 1
      restOfTemplate()
    } else if (one === '/' && /(?:^|[(,=:[!&|?{};+]|=>|\breturn|\btypeof)\s*$/.test(before))
      add(endOf(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y), undefined)
    else if (/\w/.test(one)) add(endOf(/[\w$]+/y), 'name')
    else {
      if (one === '{') braces += 1
      if (one === '}') braces -= 1
      add(at + 1, undefined)
    }
  }
  return pieces
}

function piecesOfTemplate(text: string): Piece[] {
  const found = text.matchAll(/\{\{!--[\s\S]*?--\}\}|\{\{![^}]*\}\}|<!--[\s\S]*?-->|\{\{[\s\S]*?\}\}|\bclass="[^"]*"/g)
  return [...found].map(({ 0: part, index: at }) => {
    const kind = /^(?:\{\{!|<!--)/.test(part) ? 'comment' : 'name'
    const isClass = part.startsWith('class=')
    const blanked = kind === 'comment' || isClass ? part : part.replaceAll(/"[^"]*"/g, (it) => ' '.repeat(it.length))
    return { at, kind, text: blanked }
  })
}

function piecesOf(file: string, text: string): Piece[] {
  if (file.endsWith('.hbs')) return piecesOfTemplate(text)
  if (file.endsWith('.css'))
    return [...text.matchAll(/\/\*[\s\S]*?\*\/|[^/]+|\//g)].map(({ 0: part, index: at }) => ({
      at,
      text: part,
      kind: part.startsWith('/*') ? 'comment' : 'name',
    }))
  if (file.endsWith('.md'))
    return [
      { at: 0, kind: 'comment', text: text.replaceAll(/^```[\s\S]*?^```/gm, (it) => it.replaceAll(/[^\n]/g, ' ')) },
    ]
  return piecesOfCode(text)
}

/** Of « camelCase », « snake_case » and sentences, in lower case, with their offset. */
function wordsIn(text: string): { word: string; at: number }[] {
  return [...text.matchAll(/[A-Z]?[a-zà-ÿ]+|[A-Z]+(?![a-z])/g)].map(({ 0: word, index: at }) => ({
    word: word.toLowerCase(),
    at,
  }))
}

const singular = (word: string) => (Object.hasOwn(INSTEAD, word) ? word : word.replace(/(?:s|ed|ing)$/, ''))

function insteadOf(word: string, kind: Kind, file: string): string | undefined {
  const is = (of: Record<string, string>, name: string) => (Object.hasOwn(of, name) ? of[name] : undefined)
  return (
    is(INSTEAD, singular(word)) ??
    (kind === 'name' && file.startsWith('federation/') ? is(IN_FEDERATION, word) : undefined) ??
    (/\.(?:hbs|css)$/.test(file) ? is(IN_VIEWS, word) : undefined)
  )
}

function faultsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const lineOf = (at: number) => text.slice(0, at).split('\n').length
  const inName = wordsIn(file.replaceAll(EXCEPTIONS[0]!.text, '')).map((one) => ({
    ...one,
    at: 0,
    kind: 'name' as const,
  }))
  const inText = piecesOf(file, text).flatMap(({ at: start, text: piece, kind }) => {
    const bare = EXCEPTIONS.reduce((left, one) => left.replaceAll(one.text, (it) => ' '.repeat(it.length)), piece)
    return wordsIn(bare).map(({ word, at }) => ({ word, at: start + at, kind }))
  })
  return [...inName, ...inText].flatMap(({ word, at, kind }) => {
    const instead = insteadOf(word, kind, file)
    return instead ? [`${file}:${lineOf(at)}: not « ${word} » but ${instead}`] : []
  })
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (LEFT_ALONE.test(path) || entry.name === 'node_modules') return []
    if (entry.isDirectory()) return filesOf(path)
    return /\.(?:ts|mjs|cjs|js|hbs|css|md)$/.test(entry.name) ? [path] : []
  })
}

const documents = readdirSync(ROOT).filter((name) => name.endsWith('.md'))

it.each(['documents', 'config', 'db', 'server', 'federation', 'views', 'test'])(
  '%s use the words of the field',
  (where) => {
    const files = where === 'documents' ? documents : filesOf(where)
    expect(files.length).toBeGreaterThan(4)
    expect([...new Set(files.flatMap(faultsOf))]).toEqual([])
  },
)

it('code, comment and string are kept apart', () => {
  const code = "const a = /'/ // one\nlog.warn('two', `x${b ? `three` : four}y`) /* five */\nfoo('six')"
  const seen = piecesOfCode(code).map(({ text, kind }) => `${kind} ${text}`)
  expect(seen.join('|')).toBe(
    "name const|name a|comment // one|name log|name warn|comment 'two'|name b|name four|comment /* five */|name foo",
  )
})

it('every file that a comment names is there', () => {
  const modules = readModules(['config', 'db', 'server', 'federation', 'test'])
  const files = modules.map(({ file }) => `/${file}`)
  const isKnown = (path: string) => files.some((file) => file.endsWith(`/${path}`)) || existsSync(join(ROOT, path))
  const faults = modules
    .filter(({ file }) => !file.startsWith('db/migrations/'))
    .flatMap(({ file, text }) =>
      [...text.matchAll(/(?:^|\s)(?:\/\/|\/?\*).*/g)]
        .flatMap(
          ([comment]) =>
            comment.match(
              /(?<![\w/.<>])(?:(?:product|design)\/\w+|[\w-]+(?:\/[\w-]+)+\.(?:ts|mjs|hbs|sql|json|md)\b)/g,
            ) ?? [],
        )
        .filter((path) => !isKnown(path))
        .map((path) => `${file}: its comment names ${path}, which is not there`),
    )
  expect([...new Set(faults)]).toEqual([])
})
