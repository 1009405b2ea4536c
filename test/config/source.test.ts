// SPDX-License-Identifier: AGPL-3.0-or-later
// The archive of the source code holds all our files, and none of the operator's.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { archive } from '../../config/source/archive.ts'
import { sourceFiles } from '../../config/source/files.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mainforte-source-'))
afterAll(() => rmSync(folder, { recursive: true }))
const paths = async (where: string, except: string[] = []) =>
  (await sourceFiles(where, except)).map((file) => file.path)

// An unpacked archive has no history to compare with.
const withGit = existsSync(join(root, '.git')) ? test : test.skip
withGit('it is exactly what git keeps', async () => {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const kept = String(listed)
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
  expect(await paths(root)).toEqual([...new Set(kept)].sort())
})

it('nothing of an operator is in it, wherever it lies', async () => {
  const product = join(folder, 'product')
  const write = (path: string, text = 'secret') => {
    mkdirSync(join(product, path, '..'), { recursive: true })
    writeFileSync(join(product, path), text)
  }
  const ours = ['LICENSE', 'config/node/run.mjs', 'package.json', 'server/main.ts', 'views/page.hbs']
  for (const path of ours) write(path)
  const theirs = `.env .git/config data/mainforte.sqlite data/secret.key data/export.json notes.md node_modules/a/package.json config/.env
    config/tls.key config/node/install.lock config/node/node_modules/a/index.js db/mainforte.sqlite server/error.log
    server/data/export.json test/pictures/one.png`
  for (const path of theirs.split(/\s+/)) write(path)
  write('.npmrc', '//registry.example/:_authToken=secret')
  symlinkSync(join(product, 'data'), join(product, 'views/data'))
  expect(await paths(product, [join(product, 'server/data')])).toEqual(ours)
})

it('tar unpacks it to the same bytes and rights, and the same files give the same archive', async () => {
  const files = await sourceFiles(root)
  const bytes = await archive(root, files, 'mainforte-1.2.3')
  expect((await archive(root, files, 'mainforte-1.2.3')).equals(bytes)).toBe(true)
  const file = join(folder, 'source.tar.gz')
  writeFileSync(file, bytes)
  execFileSync('tar', ['--extract', '--gzip', '--file', file, '--directory', folder])
  const there = join(folder, 'mainforte-1.2.3')
  const listed = execFileSync('tar', ['--list', '--verbose', '--gzip', '--file', file], { encoding: 'utf8' })
  expect(listed.match(/^-rwxr-xr-x 0\/0 .* mainforte-1\.2\.3\/config\/launch\.mjs$/m)).not.toBeNull()
  expect(listed.trim().split('\n')).toHaveLength(files.length)
  for (const { path } of files)
    expect(readFileSync(join(there, path)).equals(readFileSync(join(root, path)))).toBe(true)
  expect(await sourceFiles(there)).toEqual(files)
})

it('a path too long for the format is reported, not cut', async () => {
  const deep = `server/${'a'.repeat(120)}.ts`
  mkdirSync(join(folder, 'long/server'), { recursive: true })
  writeFileSync(join(folder, 'long', deep), '')
  const files = await sourceFiles(join(folder, 'long'))
  await expect(archive(join(folder, 'long'), files, 'mainforte')).rejects.toThrow('too long')
})
