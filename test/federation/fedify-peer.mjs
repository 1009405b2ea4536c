// SPDX-License-Identifier: AGPL-3.0-or-later
// An independent ActivityPub server, built with Fedify, that the tests talk to: it keeps what it understood of what it
// was sent, and says what it is told to on its standard input (one JSON object a line).
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { createFederation, exportJwk, generateCryptoKeyPair, importJwk, MemoryKvStore } from '@fedify/fedify'
import * as vocab from '@fedify/vocab'

const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const say = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`)

const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, origin })
let pair
federation
  .setActorDispatcher('/users/{identifier}', async (ctx, identifier) => {
    const keys = await ctx.getActorKeyPairs(identifier)
    return new vocab.Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: 'Farid Haddad',
      url: new URL('/', origin),
      inbox: ctx.getInboxUri(identifier),
      publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map(({ multikey }) => multikey),
    })
  })
  .setKeyPairsDispatcher(async () => {
    if (!pair) {
      const made = await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')
      pair = {
        publicKey: await importJwk(await exportJwk(made.publicKey), 'public'),
        privateKey: await importJwk(await exportJwk(made.privateKey), 'private'),
      }
    }
    return [pair]
  })

const inbox = federation.setInboxListeners('/users/{identifier}/inbox')
for (const type of ['Follow', 'Accept', 'Reject', 'Create', 'Update', 'Delete', 'Announce', 'Offer', 'Undo']) {
  inbox.on(vocab[type], async (ctx, activity) => {
    const object = await activity.getObject({ ...ctx, suppressError: true }).catch(() => null)
    say({
      heard: type,
      actor: activity.actorId?.href,
      objectId: activity.objectId?.href,
      object: object?.constructor.name,
      name: object?.name?.toString(),
      startTime: object?.startTime?.toString(),
    })
  })
}

const server = createServer(async (req, res) => {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined
  const request = new Request(new URL(req.url, origin), { method: req.method, headers: req.headers, body })
  const answer = await federation.fetch(request, { contextData: undefined })
  if (req.method === 'POST') say({ answered: answer.status })
  res.writeHead(answer.status, Object.fromEntries(answer.headers))
  res.end(Buffer.from(await answer.arrayBuffer()))
})

const orders = {
  async send(ctx, { type, object, to, id }) {
    const activity = new vocab[type]({
      id: new URL(id, origin),
      actor: ctx.getActorUri('farid'),
      object: new URL(object),
      to: type === 'Announce' ? vocab.PUBLIC_COLLECTION : new URL(to),
    })
    const recipient = await ctx.lookupObject(to)
    await ctx.sendActivity({ identifier: 'farid' }, recipient, activity)
  },
  async undo(ctx, { object, follows, to, id }) {
    const follow = new vocab.Follow({ id: new URL(object), actor: ctx.getActorUri('farid'), object: new URL(follows) })
    const activity = new vocab.Undo({ id: new URL(id, origin), actor: ctx.getActorUri('farid'), object: follow })
    await ctx.sendActivity({ identifier: 'farid' }, await ctx.lookupObject(to), activity)
  },
  async look(ctx, { at }) {
    const documentLoader = await ctx.getDocumentLoader({ identifier: 'farid' })
    const found = await ctx.lookupObject(at, { documentLoader })
    return { type: found?.constructor.name, name: found?.name?.toString(), inbox: found?.inboxId?.href }
  },
}
createInterface({ input: process.stdin }).on('line', async (line) => {
  const { order, ...rest } = JSON.parse(line)
  const ctx = federation.createContext(new URL(origin), undefined)
  try {
    say({ done: order, result: (await orders[order](ctx, rest)) ?? null })
  } catch (error) {
    say({ done: order, failed: String(error) })
  }
})
server.listen(port, '127.0.0.1', () => say({ ready: true }))
