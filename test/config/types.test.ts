// SPDX-License-Identifier: AGPL-3.0-or-later
// Types are taken out of our files once for each version, so that a server does not keep the program that does it.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { withoutTypes } from '../../config/node/options.mjs'
import { makeTypes } from '../../config/node/types.mjs'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mainforte-types-'))
afterAll(() => rmSync(folder, { recursive: true }))

const node = (options: readonly string[], args: readonly string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { NODE_DISABLE_COMPILE_CACHE: '1' },
  })
  return { said: stdout.trim(), stderr, status }
}
/** Does Node load the program that takes types out, when it runs this file? */
const strips = (options: readonly string[], file: string) =>
  node(options, [
    '--input-type=module',
    '-e',
    `await import(${JSON.stringify(file)})
     console.log(process.moduleLoadList.includes('NativeModule internal/deps/amaro/dist/index'))`,
  ]).said

it('a server reads files that were made before it started', () => {
  expect(node([], makeTypes).status).toBe(0)
  const file = join(ROOT, 'server/base/clock.ts')
  expect([strips([], file), strips(withoutTypes, file)]).toEqual(['true', 'false'])
})

it('a file that was not made is read all the same', () => {
  const file = join(folder, 'new.ts')
  writeFileSync(file, 'export const one: number = 1\n')
  expect(strips(withoutTypes, file)).toBe('true')
})

it('they are made anew when a file is new, has changed or is gone, and what nobody reads any more goes', () => {
  for (const name of ['config/node', 'db', 'federation', 'server']) mkdirSync(join(folder, name), { recursive: true })
  const program = join(folder, 'config/node/types.mjs')
  copyFileSync(join(ROOT, 'config/node/types.mjs'), program)
  const kept = join(folder, 'node_modules/.cache/without-types')
  const make = () => node(['--disable-warning=ExperimentalWarning'], [program])
  const areKept = () =>
    node([], ['--input-type=module', '-e', `console.log((await import(${JSON.stringify(program)})).areKept())`]).said
  const source = join(folder, 'server/one.ts')
  for (const change of [
    () => writeFileSync(source, 'export const one: number = 1\n'),
    () => writeFileSync(source, 'export const two: number = 22\n'),
  ]) {
    change()
    expect(areKept()).toBe('false')
    expect(make()).toEqual({ said: '', stderr: '', status: 0 })
    expect(areKept()).toBe('true')
    expect(readdirSync(kept)).toHaveLength(2)
  }
  rmSync(source)
  expect([areKept(), make().status, areKept(), readdirSync(kept)]).toEqual(['false', 0, 'true', ['stamp']])
})

it('where the folder belongs to another user, nothing is kept and nothing fails', () => {
  if (process.getuid?.() === 0) return
  writeFileSync(join(folder, 'server/two.ts'), 'export {}\n')
  chmodSync(join(folder, 'node_modules/.cache/without-types'), 0o500)
  expect(node([], [join(folder, 'config/node/types.mjs')]).status).toBe(0)
})
