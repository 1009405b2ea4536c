// SPDX-License-Identifier: AGPL-3.0-or-later
// The least that a safe inbox does: digest, verification with a kept key, JSON.parse, one grouped durable commit.
// Usage: node floor.ts PORT FOLDER ACTOR.
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import express, { type Response } from 'express'

const [port, folder] = process.argv.slice(2)
const db = new Database(join(folder!, 'floor.sqlite'))
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('CREATE TABLE activities (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, actor TEXT, body TEXT) STRICT')
const insert = db.prepare('INSERT INTO activities (id, actor, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
const keys = new Map<string, KeyObject>()
let group: { row: [string, string, string]; res: Response }[] = []

const commit = db.transaction((rows: [string, string, string][]) => {
  for (const row of rows) insert.run(...row)
})

function keep(row: [string, string, string], res: Response): void {
  group.push({ row, res })
  if (group.length > 1) return
  setImmediate(() => {
    const now = group
    group = []
    commit(now.map((one) => one.row))
    for (const one of now) one.res.status(202).json({ ok: true })
  })
}

async function keyOf(keyId: string): Promise<KeyObject> {
  const known = keys.get(keyId)
  if (known) return known
  const answer = (await (await fetch(keyId)).json()) as { publicKey: { publicKeyPem: string } }
  const key = createPublicKey(answer.publicKey.publicKeyPem)
  keys.set(keyId, key)
  return key
}

const app = express()
app.post('/inbox', express.raw({ type: () => true, limit: '256kb' }), async (req, res) => {
  const body = req.body as Buffer
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
  const header = String(req.headers['signature'])
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? ''
  const lines = part('headers')
    .split(' ')
    .map((name) => `${name}: ${name === '(request-target)' ? `post ${req.url}` : String(req.headers[name])}`)
  const key = keys.get(part('keyId')) ?? (await keyOf(part('keyId')))
  const signature = Buffer.from(part('signature'), 'base64')
  const holds = digest === req.headers['digest'] && verify('sha256', Buffer.from(lines.join('\n')), key, signature)
  if (!holds) return res.status(401).json({ error: 'signature' })
  const activity = JSON.parse(body.toString()) as { id: string; actor: string }
  keep([activity.id, activity.actor, body.toString()], res)
})
app.listen(Number(port), '127.0.0.1', () => console.log('ready'))
