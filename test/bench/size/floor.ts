// SPDX-License-Identifier: AGPL-3.0-or-later
// The least a page can cost: the same bytes by primary key, through express and better-sqlite3, in a process of its own.
// Usage: node floor.ts FILE. Says its port when it listens.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import express from 'express'
import { ask, measure, type Asked, type Times } from './load.ts'

/** @param pages as the product answers them at `url`; asked there once each. */
export async function measureFloor(
  url: string,
  pages: readonly Asked[],
  how: { connections?: number; most?: number; seconds?: number } = {},
): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-floor-'))
  const file = join(folder, 'floor.sqlite')
  await store(file, url, pages)
  const child = spawn(process.execPath, [import.meta.filename, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const port = await new Promise<string>((done) =>
      child.stdout.once('data', (text: Buffer) => done(String(text).trim())),
    )
    return await measure(
      `http://127.0.0.1:${port}`,
      pages.map((_page, id) => ({ path: `/${id}` })),
      how,
    )
  } finally {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function store(file: string, url: string, pages: readonly Asked[]): Promise<void> {
  const db = new Database(file)
  db.exec('CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT')
  const agent = new Agent({ keepAlive: true })
  for (const [id, page] of pages.entries())
    db.prepare('INSERT INTO pages VALUES (?, ?)').run(id, (await ask(url, agent, page)).body.toString())
  agent.destroy()
  db.close()
}

if (process.argv[1] === import.meta.filename) {
  const find = new Database(process.argv[2]!, { readonly: true }).prepare('SELECT body FROM pages WHERE id = ?').pluck()
  const app = express()
  app.get('/:id', (req, res) => void res.type('html').send(find.get(Number(req.params.id))))
  const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
}
