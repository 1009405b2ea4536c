// SPDX-License-Identifier: AGPL-3.0-or-later
// An inbox built with Fedify on its memory store. Usage: node fedify.ts PORT FOLDER URL.
import { createServer } from 'node:http'
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from '@fedify/fedify'
import * as vocab from '@fedify/vocab'

const [port, , publicUrl] = process.argv.slice(2)
const federation = createFederation<void>({ kv: new MemoryKvStore(), allowPrivateAddress: true, origin: publicUrl! })
const pair = await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')
federation
  .setActorDispatcher('/users/{identifier}', async (ctx, identifier) => {
    const [key] = await ctx.getActorKeyPairs(identifier)
    return new vocab.Organization({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      inbox: ctx.getInboxUri(identifier),
      ...(key ? { publicKey: key.cryptographicKey } : {}),
    })
  })
  .setKeyPairsDispatcher(async () => [pair])
let received = 0
federation.setInboxListeners('/users/{identifier}/inbox', '/inbox').on(vocab.Create, async (ctx, activity) => {
  if (await activity.getObject({ ...ctx, suppressError: true })) received += 1
})

createServer(async (req, res) => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
  const headers = req.headers as Record<string, string>
  const request = new Request(new URL(req.url ?? '/', publicUrl), { method: req.method ?? 'GET', headers, ...body })
  const answer = await federation.fetch(request, { contextData: undefined })
  const bytes = Buffer.from(await answer.arrayBuffer())
  res.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': bytes.length })
  res.end(bytes)
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
process.on('SIGTERM', () => process.exit(received > 0 ? 0 : 1))
