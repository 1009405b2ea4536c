// SPDX-License-Identifier: AGPL-3.0-or-later
// Requests of one instance, counted, so that it can stop without cutting any off, whoever owns the HTTP server.
import type { RequestListener, ServerResponse } from 'node:http'

export type Requests = {
  /** Answers one request; once `finish` was called, with 503. */
  handle: RequestListener
  /**
   * Takes no more requests and resolves when those under way are answered.
   * @param patienceMs milliseconds after which what is still under way is cut off.
   */
  finish(patienceMs: number): Promise<void>
}

/** @param answer what gives the answer; it may take its time. */
export function countRequests(answer: RequestListener): Requests {
  // Places in a list that are used again: a Set would keep ended responses alive until the next full garbage collection.
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
