// SPDX-License-Identifier: AGPL-3.0-or-later
// The source code as a visitor gets it: from the legal notice, whole, without a request to anybody.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mainforte-source-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(stopApps)

it('the legal notice leads to an archive of what runs here', async () => {
  const world = await startApp()
  const notice = await (await fetch(`${world.url}/legal`)).text()
  const [, address] = /<a href="([^"]+)">Obtenir son code source, tel qu’il tourne ici<\/a>/.exec(notice) ?? []
  const answer = await fetch(world.url + address)
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/gzip',
    'content-disposition': 'attachment; filename="mainforte-0.1.0.tar.gz"',
    'cache-control': 'public, max-age=3600',
  })
  const file = join(folder, 'source.tar.gz')
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
  execFileSync('tar', ['-xzf', file, '-C', folder])
  for (const path of [
    'package.json',
    'package-lock.json',
    'LICENSE',
    'server/routes.ts',
    'db/reference/places.sqlite',
  ]) {
    expect(readFileSync(join(folder, 'mainforte-0.1.0', path)).equals(readFileSync(join(root, path)))).toBe(true)
  }
  const listed = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })
  expect(listed).not.toMatch(/node_modules|\/\.env|\/\.git\/|\/data\/|mainforte\.sqlite/)
})

it('many ask at once: it is made once', async () => {
  const world = await startApp()
  const bodies = await Promise.all(
    [1, 2, 3, 4].map(async () => Buffer.from(await (await fetch(`${world.url}/source.tar.gz`)).arrayBuffer())),
  )
  expect(new Set(bodies.map((body) => body.length)).size).toBe(1)
  const head = await fetch(`${world.url}/source.tar.gz`, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(bodies[0]!.length))
})

it('with SOURCE_URL the notice and the address lead there', async () => {
  const world = await startApp({ env: { SOURCE_URL: 'https://forge.example/us/mainforte' } })
  const page = await (await fetch(`${world.url}/legal`)).text()
  expect(page).toContain('href="https://forge.example/us/mainforte"')
  expect(page).not.toContain('/source.tar.gz')
  const answer = await fetch(`${world.url}/source.tar.gz`, { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://forge.example/us/mainforte'])
})
