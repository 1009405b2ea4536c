// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { readModules, withoutComments, type Import, type Module } from '../support/sources.ts'
import { mutualPairs, upwardImports } from './layers.ts'

const modules = readModules()
const top = (path: string) => path.split('/')[0]!
const faults = (broken: (module: Module, to: Import) => boolean) =>
  modules.flatMap((module) =>
    module.imports.filter((to) => broken(module, to)).map(({ to }) => `${module.file} → ${to}`),
  )
const files = (pattern: RegExp, except: RegExp) =>
  modules.filter(({ file, text }) => pattern.test(text) && !except.test(file)).map(({ file }) => file)

it('a folder imports only folders of rows above its own (test/house/layers.ts)', () => {
  expect(upwardImports(modules)).toEqual([])
})

it('no two folders import each other', () => {
  expect(mutualPairs(modules)).toEqual([])
})

/** A string that begins like a statement, or a call that only a connection to SQLite has. */
function sqlIn(code: string): string[] {
  const statement =
    /['"`]\s*(?:SELECT\b[^'"`]*\sFROM\s+[a-z_]+|SELECT\s+1\b|WITH\s+(?:RECURSIVE\s+)?\w+\s*(?:\([\w, ]*\)\s*)?AS\s*\(|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|DELETE\s+FROM\b|UPDATE\s+\w+\s+SET\b|PRAGMA\b|VACUUM\b|ANALYZE\b|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)\b)/gi
  const calls = /\.(?:pragma|prepare)\((?!\))/g
  return [...(code.match(statement) ?? []), ...(code.match(calls) ?? [])]
}

/** Without database and HTTP: types, rules, the calendar and Intl. */
const pure = /^server\/(model\/.+|.+\/(rules|policy)|base\/(clock|days|intl))\.ts$/

it('the model is pure: types and rules, and the calendar they reckon with', () => {
  const allowed =
    /^server\/(model\/.+|base\/(clock|days|once))\.ts$|^(node:(crypto|module)|zod|fastest-levenshtein|awesome-phonenumber)$/
  expect(faults(({ file }, { to }) => file.startsWith('server/model/') && !allowed.test(to))).toEqual([])
})

it('the database knows nothing of the server but its model', () => {
  expect(
    faults(({ file }, { to }) => top(file) === 'db' && top(to) === 'server' && !to.startsWith('server/model/')),
  ).toEqual([])
})

it('rules and policy stand on rules alone', () => {
  expect(
    faults(({ file }, { to, isType }) => /^server\/.+\/(rules|policy)\.ts$/.test(file) && !isType && !pure.test(to)),
  ).toEqual([])
})

it('the federation calls commands, never pages', () => {
  expect(
    faults(({ file }, { to }) => top(file) === 'federation' && /^server\/.*(handlers|pages|forms)/.test(to)),
  ).toEqual([])
})

it('SQL is written in db alone', () => {
  const isSql = (name: string) => name === 'kysely' || name === 'better-sqlite3'
  expect(faults(({ file }, { to, isType }) => top(file) !== 'db' && isSql(to) && !isType)).toEqual([])
  const outside = modules.filter(({ file }) => top(file) !== 'db').map(({ file, text }) => ({ file, text }))
  expect(outside.flatMap(({ file, text }) => sqlIn(withoutComments(text)).map((sql) => `${file}: ${sql}`))).toEqual([])
})

it('SQL would be found, in strings and in calls', () => {
  expect(sqlIn("one('SELECT count(*) FROM mails')")).toHaveLength(1)
  expect(sqlIn('run(`update people\n  set email = 1`)')).toHaveLength(1)
  expect(sqlIn("connection.exec('BEGIN EXCLUSIVE')")).toHaveLength(1)
  expect(sqlIn('connection.pragma(name)')).toHaveLength(1)
  expect(sqlIn("t('search.select.from')")).toEqual([])
})

it('a transaction is begun in one place, which refuses the outer handle inside', () => {
  expect(files(/\.transaction\(\)/, /^db\/open\.ts$/)).toEqual([])
})

it('each way to the network or the system is one file', () => {
  expect(faults(({ file }, { to }) => to === 'activitypub-express' && file !== 'federation/apex.ts')).toEqual([])
  expect(files(/\bopen(Db|Connection)\(/, /^(db\/(open|condition)|server\/open-deps)\.ts$/)).toEqual([])
  expect(
    files(/\bprocess\.env\b/, /^(config\/.*|server\/(main|cli|web-processes\/reader)\.ts|server\/demo\/.*)$/),
  ).toEqual([])
  expect(
    files(
      /\bnew Date\(\)|\bDate\.now\(\)/,
      /^(config\/(node|release)\/.*|db\/tools\/.*|server\/base\/clock\.ts|server\/(cli|demo)\/.*)$/,
    ),
  ).toEqual([])
})

it('who redirects saves the session first: only web/redirect.ts calls Express for it', () => {
  expect(files(/\.redirect\(/, /^(server\/web\/redirect|federation\/http)\.ts$/)).toEqual([])
  expect(files(/\.redirect = /, /^$/)).toEqual([])
  // A redirect that is not awaited would fail unseen.
  expect(files(/^\s+redirect(?:To)?\(/m, /^$/)).toEqual([])
  expect(files(/\)\s*redirect(?:To)?\(/, /^server\/web\/redirect\.ts$/)).toEqual([])
})

it('« the command refuses, show the form again » has one answer: web/run-command.ts', () => {
  const catches = /instanceof (?:Invalid|Conflict)\b/
  const others = files(catches, /^server\/web\/(?:run-command|faults)\.ts$/)
  // Jobs and decisions on many offers go on with the next one.
  expect(others).toEqual(['server/moderation/timetable.ts', 'server/moderation/commands/bulk.ts'])
})

it('handlers never call handlers: what they share is in pages, forms and responses', () => {
  const routed = modules.find(({ file }) => file === 'server/routes.ts')!
  const isHandler = (file: string) => file !== 'server/web/public-answer.ts'
  const handlers = routed.imports.filter(({ isType, to }) => !isType && isHandler(to)).map(({ to }) => to)
  expect(handlers.length).toBeGreaterThan(30)
  expect(faults(({ file }, { to }) => handlers.includes(file) && handlers.includes(to))).toEqual([])
})
