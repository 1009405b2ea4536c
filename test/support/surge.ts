// SPDX-License-Identifier: AGPL-3.0-or-later
// Many people apply for the same offers within a short time, each from their own network and mailbox, and confirm with
// the link in their mail as soon as it has come.
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestSmtp } from './smtp.ts'

export type Surge = {
  url: string
  publicUrl: string
  smtp: TestSmtp
  /** Public ids. */
  offers: readonly string[]
  count: number
  /** People who begin per second; each goes on at their own pace. */
  perSecond: number
}
/** `seconds`: from the first form to the last confirmation. `statuses`: answers that were no redirect, with how many. */
export type SurgeResult = { applied: number; confirmed: number; seconds: number; statuses: Record<string, number> }

export const mailboxOf = (at: number): string => `candidate${at}@example.net`
const PATIENCE_MS = 60_000

/** Needs TRUSTED_PROXIES=127.0.0.1, so that each person has a network of their own. */
export async function runSurge({ url, publicUrl, smtp, offers, count, perSecond }: Surge): Promise<SurgeResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const statuses: Record<string, number> = {}
  const post = async (path: string, at: number, fields: Record<string, string>) => {
    const status = await send(new URL(path, url), agent, networkOf(at), fields)
    const what = `${path.endsWith('/apply') ? 'apply' : 'confirm'} ${status}`
    if (status !== 303) statuses[what] = (statuses[what] ?? 0) + 1
    return status === 303
  }
  const from = performance.now()
  let [applied, confirmed, last] = [0, 0, from]
  const begun: Promise<void>[] = []
  const confirming: Promise<void>[] = []
  let isAllSent = false
  const reading = (async () => {
    const done = new Set<string>()
    let next = 0
    let quietSince = performance.now()
    while (done.size < count && performance.now() - quietSince < PATIENCE_MS) {
      for (; next < smtp.arrived.length; next++) {
        quietSince = performance.now()
        const { to, mail } = smtp.arrived[next]!
        const [mailbox = ''] = to
        const at = Number(/^candidate(\d+)@/.exec(mailbox)?.[1] ?? 'NaN')
        const path = /https?:\/\/[^\s<>"]+\/applications\/[^\s<>"?#]+/
          .exec(mail.text ?? '')?.[0]
          ?.slice(publicUrl.length)
        if (Number.isNaN(at) || !path || done.has(mailbox)) continue
        done.add(mailbox)
        confirming.push(
          post(`${path}/confirmation`, at, {}).then((isDone) => {
            if (isDone) confirmed += 1
            last = performance.now()
          }),
        )
      }
      if (isAllSent && applied < count && done.size >= applied) break
      await pause(5)
    }
  })()
  for (let at = 0; at < count; at++) {
    const due = from + (at / perSecond) * 1000
    const wait = due - performance.now()
    if (wait > 1) await pause(wait)
    const person = { given_name: `Camille${at}`, family_name: 'Candidate', email: mailboxOf(at), age: 'on' }
    begun.push(
      post(`/offers/${offers[at % offers.length]}/apply`, at, person).then(
        (isDone) => void (applied += isDone ? 1 : 0),
      ),
    )
  }
  await Promise.all(begun)
  isAllSent = true
  await reading
  await Promise.all(confirming)
  agent.destroy()
  return { applied, confirmed, seconds: (last - from) / 1000, statuses }
}

const networkOf = (at: number): string => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`

function send(url: URL, agent: Agent, network: string, fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(fields).toString()
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'sec-fetch-site': 'same-origin',
      'x-forwarded-for': network,
      'accept-language': 'fr',
      accept: 'text/html',
    }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
