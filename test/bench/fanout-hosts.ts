// SPDX-License-Identifier: AGPL-3.0-or-later
// The servers of the followers, in a process of their own: each listens on a port of loopback, and most answer.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the parent sends first. `hanging` take a request and never answer, `refusing` do not listen, `broken` say 500. */
export type HostsWanted = { healthy: number; hanging: number; refusing: number; broken: number; answerMs: number }
/** What comes back: first the ports by kind, then, once `expected` inboxes have what they should, how it went. */
export type HostsReport =
  | { ports: Record<'healthy' | 'hanging' | 'refusing' | 'broken', number[]> }
  /** Milliseconds since the epoch; `mostInFlight`: requests that were open at the same time, and of one host. */
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
