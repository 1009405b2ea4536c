// SPDX-License-Identifier: AGPL-3.0-or-later
// A server built with Fedify. Reads orders on its standard input and writes what it handled, one JSON object a line.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { createFederation, exportJwk, generateCryptoKeyPair, importJwk, MemoryKvStore } from '@fedify/fedify'
import * as vocab from '@fedify/vocab'

const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const report = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`)

// Fedify remembers which form of signature a server accepts, so each form has an instance of its own, with one key.
const FORMS = { rfc9421: 'rfc9421', cavage: 'draft-cavage-http-signatures-12' }
let pair
const things = { Note: vocab.Note, Event: vocab.Event }

function open(form) {
  const federation = createFederation({
    kv: new MemoryKvStore(),
    allowPrivateAddress: true,
    origin,
    firstKnock: form,
    signatureTimeWindow: { minutes: 5 },
  })
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
    // "Authorised fetch": the request must be signed, by the owner of the key.
    .authorize(async (ctx, identifier) => {
      const owner = await ctx.getSignedKeyOwner()
      report({ asked: identifier, by: owner?.id?.href ?? null })
      return owner !== null
    })
  for (const [name, type] of Object.entries(things))
    federation.setObjectDispatcher(type, `/${name.toLowerCase()}/{id}`, async (ctx, { id }) => thing(ctx, name, id))
  return federation
}

function thing(ctx, kind, id, name = 'Fête du canal') {
  return things[kind].fromJsonLd({
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: ctx.getObjectUri(things[kind], { id }).href,
    type: kind,
    attributedTo: ctx.getActorUri('farid').href,
    name,
    content: '<p>Samedi, au bord du canal.</p>',
    to: 'https://www.w3.org/ns/activitystreams#Public',
    ...(kind === 'Event' ? { startTime: '2027-05-01T12:00:00Z' } : {}),
  })
}

const federations = { rfc9421: open(FORMS.rfc9421), cavage: open(FORMS.cavage) }
const federation = federations.rfc9421

let accepted = 0
const inbox = federation.setInboxListeners('/users/{identifier}/inbox')
for (const type of ['Follow', 'Accept', 'Reject', 'Create', 'Update', 'Delete', 'Announce', 'Offer', 'Undo']) {
  inbox.on(vocab[type], async (ctx, activity) => {
    const object = await activity.getObject({ ...ctx, suppressError: true }).catch(() => null)
    report({
      received: type,
      actor: activity.actorId?.href,
      objectId: activity.objectId?.href,
      object: object?.constructor.name,
      name: object?.name?.toString(),
      startTime: object?.startTime?.toString(),
    })
    if (type !== 'Follow') return
    const accept = new vocab.Accept({
      id: new URL(`/accept/${++accepted}`, origin),
      actor: ctx.getActorUri('farid'),
      object: activity.id,
      to: activity.actorId,
    })
    await ctx.sendActivity({ identifier: 'farid' }, await activity.getActor(ctx), accept)
  })
}

const server = createServer(async (req, res) => {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined
  const request = new Request(new URL(req.url, origin), { method: req.method, headers: req.headers, body })
  const answer = await federation.fetch(request, { contextData: undefined })
  if (req.method === 'POST') report({ answered: answer.status })
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
  async publish(ctx, { type, kind, thing: id, name, to, id: activity }) {
    const object =
      type === 'Delete'
        ? new vocab.Tombstone({ id: ctx.getObjectUri(things[kind], { id }) })
        : await thing(ctx, kind, id, name)
    const sent = new vocab[type]({
      id: new URL(activity, origin),
      actor: ctx.getActorUri('farid'),
      object,
      to: vocab.PUBLIC_COLLECTION,
    })
    await ctx.sendActivity({ identifier: 'farid' }, await ctx.lookupObject(to), sent)
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
  const { order, form = 'rfc9421', ...rest } = JSON.parse(line)
  const ctx = federations[form].createContext(new URL(origin), undefined)
  try {
    report({ done: order, result: (await orders[order](ctx, rest)) ?? null })
  } catch (error) {
    report({ done: order, failed: String(error) })
  }
})
server.listen(port, '127.0.0.1', () => report({ ready: true }))
