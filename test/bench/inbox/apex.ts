// SPDX-License-Identifier: AGPL-3.0-or-later
// activitypub-express with its own pipeline on a plain SQLite store. Usage: node apex.ts PORT FOLDER URL.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import express from 'express'
import ActivitypubExpress from 'activitypub-express'

type Document = { id: string; type: string; _meta?: { collection?: string[] }; [key: string]: unknown }
const [port, folder, publicUrl] = process.argv.slice(2)
const db = new Database(join(folder!, 'apex.sqlite'))
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(`
  CREATE TABLE objects (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE activities (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
  CREATE TABLE standing (collection TEXT, seq INTEGER, PRIMARY KEY (collection, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE contexts (url TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;`)
const read = {
  object: db.prepare('SELECT body FROM objects WHERE id = ?').pluck(),
  activity: db.prepare('SELECT body FROM activities WHERE id = ?').pluck(),
  context: db.prepare('SELECT body FROM contexts WHERE url = ?').pluck(),
  stream: db
    .prepare('SELECT a.body FROM standing s JOIN activities a USING (seq) WHERE s.collection = ? ORDER BY seq DESC')
    .pluck(),
  count: db.prepare('SELECT count(*) FROM standing WHERE collection = ?').pluck(),
}
const write = {
  object: db.prepare('INSERT INTO objects VALUES (?, ?) ON CONFLICT DO NOTHING'),
  change: db.prepare('UPDATE objects SET body = ? WHERE id = ?'),
  activity: db.prepare('INSERT INTO activities (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING'),
  meta: db.prepare('UPDATE activities SET body = ? WHERE id = ?'),
  standing: db.prepare('INSERT INTO standing SELECT ?, seq FROM activities WHERE id = ? ON CONFLICT DO NOTHING'),
  context: db.prepare('INSERT INTO contexts VALUES (?, ?) ON CONFLICT DO NOTHING'),
}
const parse = (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as Document) : null)
const bare = (document: Document | null, withMeta?: boolean) => {
  if (document && !withMeta) delete document._meta
  return document
}

const keepActivity = db.transaction((activity: Document) => {
  if (write.activity.run(activity.id, JSON.stringify(activity)).changes === 0) return undefined
  for (const collection of activity._meta?.collection ?? []) write.standing.run(collection, activity.id)
  return true
})
const markActivity = db.transaction((activity: Document, key: string, value: string) => {
  const known = parse(read.activity.get(activity.id)) as (Document & { _meta: Record<string, string[]> }) | null
  if (!known) throw new Error('Error updating activity meta: not found')
  known._meta ??= {}
  known._meta[key] = [...new Set([...(known._meta[key] ?? []), value])]
  write.meta.run(JSON.stringify(known), activity.id)
  if (key === 'collection') write.standing.run(value, activity.id)
  return known
})

const store = {
  async setup(actor?: Document) {
    if (actor) write.object.run(actor.id, JSON.stringify(actor))
  },
  getObject: async (id: string, withMeta?: boolean) => bare(parse(read.object.get(id)), withMeta),
  saveObject: async (object: Document) => write.object.run(object.id, JSON.stringify(object)).changes > 0,
  async updateObject(object: Document) {
    write.change.run(JSON.stringify(object), object.id)
    return object
  },
  getActivity: async (id: string, withMeta?: boolean) => bare(parse(read.activity.get(id)), withMeta),
  saveActivity: async (activity: Document) => keepActivity(activity),
  updateActivity: async (activity: Document) => activity,
  updateActivityMeta: async (activity: Document, key: string, value: string) => markActivity(activity, key, value),
  removeActivity: async () => {},
  getStream: async (collection: string) => read.stream.all(collection).map(parse),
  getStreamCount: async (collection: string) => read.count.get(collection),
  getUserCount: async () => 1,
  findActivityByCollectionAndObjectId: async () => null,
  findActivityByCollectionAndActorId: async () => null,
  getContext: async (url: string) => parse(read.context.get(url)),
  saveContext: async (context: { contextUrl: string }) =>
    write.context.run(context.contextUrl, JSON.stringify(context)),
  generateId: () => crypto.randomUUID().replaceAll('-', ''),
  deliveryEnqueue: async () => {},
  deliveryDequeue: async () => null,
  deliveryRequeue: async () => {},
}

const routes = {
  actor: '/u/:actor',
  object: '/o/:id',
  activity: '/s/:id',
  inbox: '/inbox',
  outbox: '/u/:actor/outbox',
  followers: '/u/:actor/followers',
  following: '/u/:actor/following',
  liked: '/u/:actor/liked',
  collections: '/u/:actor/c/:id',
  blocked: '/u/:actor/blocked',
  rejected: '/u/:actor/rejected',
  rejections: '/u/:actor/rejections',
  shares: '/s/:id/shares',
  likes: '/s/:id/likes',
}
const settings = { name: 'bench', version: '1', baseUrl: publicUrl, routes, actorParam: 'actor', objectParam: 'id' }
const apex = (ActivitypubExpress as unknown as (settings: object) => Record<string, any>)({ ...settings, store })
const app = express()
app.use(express.json({ type: ['application/json', 'application/activity+json', 'application/ld+json'] }))
app.use(apex as unknown as express.RequestHandler)
// Its pipeline names the addressee by a parameter of the path.
app.post('/:name', (req, _res, next) => (Object.assign(req.params, { actor: 'bench' }), next()), apex['net'].inbox.post)
// Its HTTP client is not installed; it is needed once for each actor, before the measurement.
apex['requestObject'] = async (id: string) => apex['fromJSONLD'](await (await fetch(id)).json())
const actor = await apex['createActor']('bench', 'Bench', 'Bench', undefined, 'Organization')
await store.setup(actor as Document)
app.listen(Number(port), '127.0.0.1', () => console.log('ready'))
