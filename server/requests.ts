// SPDX-License-Identifier: AGPL-3.0-or-later
// Counts the requests under way, so that a stop can wait for them, whoever owns the HTTP server, and nobody has too many.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** Bodies that arrive byte by byte are requests under way too. */
const MOST = 512
/** A school or a large server sends from one address. */
const MOST_OF_ADDRESS = 64

export type Requests = {
  /** 503 after `finish` was called. */
  handle: RequestListener
  /** Resolves when all are answered. @param patienceMs milliseconds after which the remaining ones are cut off. */
  finish(patienceMs: number): Promise<void>
}

/**
 * @param addressOf of the client; null for a request of which others limit how many one address may have under way.
 * Requests above the limits get 503 with the time to wait.
 */
export function countRequests(
  answer: RequestListener,
  addressOf: (req: IncomingMessage) => string | null | undefined,
): Requests {
  // Positions in a list that are used again: a Set would keep ended responses alive until the next full garbage collection.
  const underWay: (ServerResponse | undefined)[] = []
  const free: number[] = []
  const ofAddress = new Map<string, number>()
  let isFinishing = false
  let onEmpty = () => {}
  return {
    handle(req, res) {
      if (isFinishing) return refuse(res, 30)
      const known = addressOf(req)
      const address = known ?? ''
      const own = known === null ? 0 : (ofAddress.get(address) ?? 0)
      if (own >= MOST_OF_ADDRESS || underWay.length - free.length >= MOST) return refuse(res, 5)
      if (known !== null) ofAddress.set(address, own + 1)
      const place = free.pop() ?? underWay.length
      underWay[place] = res
      // Also when the client went away before the answer.
      res.once('close', () => {
        underWay[place] = undefined
        free.push(place)
        if (free.length === underWay.length) onEmpty()
        if (known === null) return
        const others = (ofAddress.get(address) ?? 1) - 1
        if (others > 0) ofAddress.set(address, others)
        else ofAddress.delete(address)
      })
      answer(req, res)
    },
    async finish(patienceMs) {
      isFinishing = true
      if (free.length === underWay.length) return
      const patience = setTimeout(() => underWay.forEach((res) => res?.destroy()), patienceMs)
      await new Promise<void>((resolve) => (onEmpty = resolve))
      clearTimeout(patience)
    },
  }
}

function refuse(res: ServerResponse, seconds: number): void {
  const headers = { 'Retry-After': String(seconds), Connection: 'close', 'Content-Type': 'text/plain' }
  res.writeHead(503, headers).end('try again\n')
}
