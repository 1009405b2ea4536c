// SPDX-License-Identifier: AGPL-3.0-or-later
// Counts the requests under way, so that a stop can wait for them, whoever owns the HTTP server.
import type { RequestListener, ServerResponse } from 'node:http'

export type Requests = {
  /** 503 after `finish` was called. */
  handle: RequestListener
  /** Resolves when all are answered. @param patienceMs milliseconds after which the remaining ones are cut off. */
  finish(patienceMs: number): Promise<void>
}

export function countRequests(answer: RequestListener): Requests {
  // Positions in a list that are used again: a Set would keep ended responses alive until the next full garbage collection.
  const underWay: (ServerResponse | undefined)[] = []
  const free: number[] = []
  let isFinishing = false
  let onEmpty = () => {}
  return {
    handle(req, res) {
      if (isFinishing) return refuse(res)
      const place = free.pop() ?? underWay.length
      underWay[place] = res
      // Also when the client went away before the answer.
      res.once('close', () => {
        underWay[place] = undefined
        free.push(place)
        if (free.length === underWay.length) onEmpty()
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

function refuse(res: ServerResponse): void {
  res.writeHead(503, { 'Retry-After': '30', Connection: 'close', 'Content-Type': 'text/plain' }).end('stopping\n')
}
