// SPDX-License-Identifier: AGPL-3.0-or-later
// activitypub-express on a store in memory. Reads orders on its standard input and writes what it handled, as JSON.
import http from 'node:http'
import Module, { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const port = Number(process.argv[2])
const baseUrl = `http://127.0.0.1:${port}`
const report = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`)
const require = createRequire(import.meta.url)

// Its HTTP client is not installed with us (DECISIONS.md); this one replaces it, with the same package for signatures.
const httpSignature = createRequire(require.resolve('activitypub-express'))('http-signature')
function request({ method = 'GET', url, headers, httpSignature: signing, body, json, resolveWithFullResponse }) {
  return new Promise((done, fail) => {
    const req = http.request(url, { method, headers, agent: false }, async (res) => {
      const chunks = []
      for await (const chunk of res) chunks.push(chunk)
      const text = Buffer.concat(chunks).toString()
      if (resolveWithFullResponse) done(Object.assign(res, { body: text }))
      else if (res.statusCode >= 300) fail(new Error(`status ${res.statusCode}`))
      else done(json ? readJson(text) : text)
    })
    req.on('error', fail)
    if (signing) httpSignature.signRequest(req, signing)
    req.end(body)
  })
}
function readJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
const load = Module._load
Module._load = (name, ...rest) => (name === 'request-promise-native' ? request : load(name, ...rest))

// Its keys of 4 096 bits take seconds; any size will do here.
const crypto = require('node:crypto')
const make = promisify(crypto.generateKeyPair)
crypto.generateKeyPair = Object.assign(() => {}, {
  [promisify.custom]: (type, options) => make(type, { ...options, modulusLength: 2048 }),
})

const ActivitypubExpress = require('activitypub-express')
const express = require('express')

const objects = new Map()
const activities = new Map()
const queue = []
const copy = (document, withMeta) => {
  if (!document) return null
  const { _meta, ...rest } = structuredClone(document)
  return withMeta && _meta ? { ...rest, _meta } : rest
}
const stands = (collection) => (activity) => activity._meta?.collection?.includes(collection)
const newest = (collection) => [...activities.values()].filter(stands(collection)).toReversed()

class Store {
  setup = async (actor) => void objects.set(actor.id, actor)
  getObject = async (id, withMeta) => copy(objects.get(id), withMeta === true)
  async saveObject(object) {
    if (objects.has(object.id)) return false
    objects.set(object.id, structuredClone(object))
    return true
  }
  async updateObject(object) {
    if (!objects.has(object.id)) return undefined
    const { _meta } = objects.get(object.id)
    objects.set(object.id, { ...structuredClone(object), ...(_meta ? { _meta } : {}) })
    return object
  }
  getActivity = async (id, withMeta) => copy(activities.get(id), withMeta)
  async saveActivity(activity) {
    if (activities.has(activity.id)) return undefined
    activities.set(activity.id, structuredClone(activity))
    return true
  }
  async updateActivity(activity) {
    activities.set(activity.id, { ...activities.get(activity.id), ...structuredClone(activity) })
    return activity
  }
  async updateActivityMeta({ id }, key, value, remove) {
    const known = activities.get(id)
    if (!known) throw new Error('Error updating activity meta: not found')
    const values = new Set(known._meta?.[key])
    if (remove) values.delete(value)
    else values.add(value)
    known._meta = { ...known._meta, [key]: [...values] }
    return copy(known, true)
  }
  removeActivity = async ({ id }) => void activities.delete(id)
  getStream = async (collection, limit) =>
    newest(collection)
      .slice(0, limit ?? undefined)
      .map((activity) => ({ ...copy(activity), actor: activity.actor.map((id) => copy(objects.get(id)) ?? id) }))
  getStreamCount = async (collection) => newest(collection).length
  getUserCount = async () => 1
  findActivityByCollectionAndObjectId = async (collection, id) =>
    copy(
      newest(collection).find(({ object }) => object?.[0] === id),
      true,
    )
  findActivityByCollectionAndActorId = async (collection, id) =>
    copy(
      newest(collection).find(({ actor }) => actor?.[0] === id),
      true,
    )
  // A missing context would be fetched from the network, which is a fault to report.
  getContext = async (url) => report({ wanted: url })
  saveContext = async () => {}
  generateId = () => crypto.randomUUID().replaceAll('-', '')
  async deliveryEnqueue(actorId, body, addresses, signingKey) {
    for (const address of [addresses].flat())
      queue.push({ address, actorId, signingKey, body, attempt: 0, after: new Date() })
    return true
  }
  deliveryDequeue = async () => queue.shift() ?? null
  deliveryRequeue = async () => {}
}

const routes = {
  actor: '/u/:actor',
  object: '/o/:id',
  activity: '/s/:id',
  inbox: '/u/:actor/inbox',
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
const app = express()
const quiet = { info() {}, warn: (...words) => report({ warned: words.map(String).join(' ') }) }
const apex = ActivitypubExpress({
  name: 'apex',
  version: '1',
  baseUrl,
  routes,
  actorParam: 'actor',
  objectParam: 'id',
  store: new Store(),
  logger: { ...quiet, error: quiet.warn },
})
console.log = () => {}
app.use((req, res, next) => {
  res.on('finish', () => req.method === 'POST' && report({ answered: res.statusCode, type: req.body?.type }))
  next()
})
app.use(express.json({ type: apex.consts.jsonldTypes }), apex)
app.route(routes.inbox).post(apex.net.inbox.post).get(apex.net.inbox.get)
app.get(routes.actor, apex.net.actor.get)
app.get(routes.activity, apex.net.activityStream.get)
app.get(routes.object, apex.net.object.get)
app.get(routes.followers, apex.net.followers.get)
app.get(routes.following, apex.net.following.get)
app.get(routes.outbox, apex.net.outbox.get)

const me = await apex.createActor('farid', 'Farid Haddad', 'Jardinier', undefined, 'Person')
await apex.store.setup(me)
const ourselves = () => apex.store.getObject(me.id, true)
const send = async (type, to, rest) => {
  const activity = await apex.buildActivity(type, me.id, to, rest)
  await apex.addToOutbox(await ourselves(), activity)
  return { id: activity.id }
}

app.on('apex-inbox', async ({ actor, activity, recipient, object }) => {
  report({ received: activity.type, actor: actor.id, object: object?.id, name: object?.name?.[0] })
  if (activity.type !== 'Follow') return
  await send('Accept', actor.id, { object: activity.id })
  const { postTask } = await apex.acceptFollow(recipient, activity)
  await postTask()
})

const orders = {
  follow: ({ whom }) => send('Follow', whom, { object: whom }),
  undo: async ({ follow, whom }) => send('Undo', whom, { object: await apex.store.getActivity(follow) }),
  async publish({ type, to, name }) {
    const id = `${baseUrl}/o/1`
    const note = { id, type: 'Note', attributedTo: me.id, to: 'as:Public', name, content: `<p>${name}</p>` }
    return send(type, to, { object: type === 'Delete' ? id : note, cc: 'as:Public' })
  },
  async look({ at }) {
    const { type, name } = await apex.requestObject(at)
    return { type, name: name?.[0] }
  },
  following: async () => (await apex.getFollowing(await ourselves(), Infinity, true)).orderedItems,
  followers: async () => newest(`${baseUrl}/u/farid/followers`).map(({ actor }) => actor[0]),
}
createInterface({ input: process.stdin }).on('line', async (line) => {
  const { order, ...rest } = JSON.parse(line)
  try {
    report({ done: order, result: (await orders[order](rest)) ?? null })
  } catch (error) {
    report({ done: order, failed: String(error.stack) })
  }
})
app.listen(port, '127.0.0.1', () => report({ ready: true }))
