// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may bring in whom: config ← db ← server ← federation, and the few doors to the world outside.
import { expect, test } from '@jest/globals'
import { readModules, type Import, type Module } from '../support/sources.ts'

const modules = readModules()
const top = (path: string) => path.split('/')[0]!
const faults = (broken: (module: Module, to: Import) => boolean) =>
  modules.flatMap((module) =>
    module.imports.filter((to) => broken(module, to)).map(({ to }) => `${module.file} → ${to}`),
  )
const files = (pattern: RegExp, except: RegExp) =>
  modules.filter(({ file, text }) => pattern.test(text) && !except.test(file)).map(({ file }) => file)

test('the layers only look down', () => {
  const ours = ['config', 'db', 'server', 'federation']
  const higher = (from: string, to: string) => ours.includes(to) && ours.indexOf(to) > ours.indexOf(from)
  const allowed = ({ file }: Module, { to, isType }: Import) =>
    file === 'server/create-instance.ts' || (top(file) === 'db' && isType && /\/(rules|content)\.ts$/.test(to))
  expect(faults((module, to) => higher(top(module.file), top(to.to)) && !allowed(module, to))).toEqual([])
})

test('rules and policy stand on rules alone', () => {
  const pure = /^server\/(.+\/(rules|policy)\.ts|base\/(clock|days)\.ts|web\/viewer\.ts)$/
  expect(
    faults(({ file }, { to, isType }) => /^server\/.+\/(rules|policy)\.ts$/.test(file) && !isType && !pure.test(to)),
  ).toEqual([])
})

test('the federation calls commands, never pages', () => {
  expect(
    faults(({ file }, { to }) => top(file) === 'federation' && /^server\/.*(handlers|pages|forms)/.test(to)),
  ).toEqual([])
})

test('SQL is written in db alone', () => {
  const isSql = (name: string) => name === 'kysely' || name === 'better-sqlite3'
  expect(faults(({ file }, { to, isType }) => top(file) !== 'db' && isSql(to) && !isType)).toEqual([])
})

test('each door to the outside is one file', () => {
  expect(faults(({ file }, { to }) => to === 'activitypub-express' && file !== 'federation/apex.ts')).toEqual([])
  expect(files(/\bopen(Db|Connection)\(/, /^(db\/open|server\/open-deps|server\/cli\/\w+)\.ts$/)).toEqual([])
  expect(files(/\bprocess\.env\b/, /^(config\/.*|server\/(main|cli)\.ts|server\/demo\/.*)$/)).toEqual([])
  expect(
    files(/\bnew Date\(\)|\bDate\.now\(\)/, /^(config\/node\/.*|server\/base\/clock\.ts|server\/(cli|demo)\/.*)$/),
  ).toEqual([])
})

test('who redirects saves the session first: only web/redirect.ts calls Express for it', () => {
  // What the federation answers has no session.
  expect(files(/\.redirect\(/, /^(server\/web\/redirect|federation\/http)\.ts$/)).toEqual([])
  expect(files(/\.redirect = /, /^$/)).toEqual([])
  // A redirect that nobody waits for would fail unseen.
  expect(files(/^\s+redirect(?:To)?\(/m, /^$/)).toEqual([])
  expect(files(/\)\s*redirect(?:To)?\(/, /^server\/web\/redirect\.ts$/)).toEqual([])
})

test('« the command says no, show the form again » has one answer: web/run-command.ts', () => {
  const says = /instanceof (?:Invalid|Conflict)\b/
  const others = files(says, /^server\/web\/(?:run-command|faults)\.ts$/)
  // Jobs and decisions on many offers go on with the next one.
  expect(others).toEqual(['server/moderation/calendar.ts', 'server/moderation/commands/bulk.ts'])
})

test('handlers never call handlers: what they share is in pages, forms and responses', () => {
  const routed = modules.find(({ file }) => file === 'server/routes.ts')!
  const handlers = routed.imports.filter(({ isType }) => !isType).map(({ to }) => to)
  expect(handlers.length).toBeGreaterThan(30)
  expect(faults(({ file }, { to }) => handlers.includes(file) && handlers.includes(to))).toEqual([])
})
