// SPDX-License-Identifier: AGPL-3.0-or-later
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Sent by the parent. `hanging` take a request and never answer, `refusing` do not listen, `broken` answer 500. */
export type HostsWanted = { healthy: number; hanging: number; refusing: number; broken: number; answerMs: number }
/** Sent back: first the ports by kind, then the figures, once `expected` inboxes have their activities. */
export type HostsReport =
  | { ports: Record<'healthy' | 'hanging' | 'refusing' | 'broken', number[]> }
  /** `doneAt`: milliseconds since the epoch. `mostInFlight`: requests open at the same time. */
  | { doneAt: number; posts: number; mostInFlight: number; mostOfHost: number }

type Kind = 'healthy' | 'hanging' | 'refusing' | 'broken'
let wanted: HostsWanted
let expected = Infinity
let open = 0
let mostInFlight = 0
let mostOfHost = 0
let posts = 0
const served = new Set<string>()

async function listen(kind: Kind): Promise<number> {
  let openHere = 0
  const server = createServer((req, res) => {
    posts += 1
    mostInFlight = Math.max(mostInFlight, ++open)
    mostOfHost = Math.max(mostOfHost, ++openHere)
    res.on('close', () => {
      open -= 1
      openHere -= 1
    })
    req.resume()
    req.on('end', () => {
      if (kind === 'hanging') return
      if (kind === 'broken') return void res.writeHead(500).end()
      setTimeout(() => {
        res.writeHead(202).end()
        served.add(`${req.headers.host}${req.url}`)
        if (served.size === expected) report({ doneAt: Date.now(), posts, mostInFlight, mostOfHost })
      }, wanted.answerMs)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  if (kind === 'refusing') await new Promise((done) => server.close(done))
  return port
}

const report = (what: HostsReport) => process.send?.(what)
const several = (count: number, kind: Kind) => Promise.all(Array.from({ length: count }, () => listen(kind)))

process.on('message', async (message: HostsWanted | { expected: number }) => {
  if ('expected' in message) return void (expected = message.expected)
  wanted = message
  report({
    ports: {
      healthy: await several(wanted.healthy, 'healthy'),
      hanging: await several(wanted.hanging, 'hanging'),
      refusing: await several(wanted.refusing, 'refusing'),
      broken: await several(wanted.broken, 'broken'),
    },
  })
})
