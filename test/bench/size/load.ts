// SPDX-License-Identifier: AGPL-3.0-or-later
// Asks for pages over kept connections, and says how long each took.
import { Agent, request } from 'node:http'
import { loadavg } from 'node:os'

/** What a browser sends that changes the work of the server. No compression, so that the floor sends the same bytes. */
const HEADERS = { accept: 'text/html', 'accept-language': 'fr', connection: 'keep-alive' }

export type Answer = { ms: number; bytes: number; status: number; body: Buffer }
export type Asked = { path: string; cookie?: string | undefined }

/** The same pages at addresses that nobody asked for before, so that none of them is kept. */
export function* neverAsked(pages: readonly Asked[]): Generator<Asked, never> {
  for (let n = 0; ; n++) {
    const page = pages[n % pages.length]!
    yield { ...page, path: `${page.path}${page.path.includes('?') ? '&' : '?'}never=${n}` }
  }
}

/** Over and over again. */
export function* inTurn(pages: readonly Asked[]): Generator<Asked, never> {
  for (let n = 0; ; n++) yield pages[n % pages.length]!
}

export function ask(url: string, agent: Agent, { path, cookie }: Asked): Promise<Answer> {
  const from = performance.now()
  return new Promise((done, fail) => {
    request(url + path, { agent, headers: { ...HEADERS, ...(cookie ? { cookie } : {}) } }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', fail)
      res.on('end', () => {
        const body = Buffer.concat(chunks)
        done({ ms: performance.now() - from, bytes: body.length, status: res.statusCode ?? 0, body })
      })
    })
      .on('error', fail)
      .end()
  })
}

export type Times = { p50: number; p99: number; n: number; perSecond: number }

export function timesOf(all: readonly number[], seconds: number): Times {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), n: all.length, perSecond: all.length / seconds }
}

/**
 * Asks for the pages in turn until so many were answered or so much time is over; the first round is not counted.
 * @throws when a page is not answered with 200: its time would mean nothing.
 */
export async function measure(
  url: string,
  pages: readonly Asked[] | Generator<Asked, never>,
  { connections = 1, most = 300, seconds = 8 }: { connections?: number; most?: number; seconds?: number } = {},
): Promise<Times> {
  const [next, warmUp] = 'next' in pages ? [pages, 5] : [inTurn(pages), Math.min(pages.length, 5)]
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  const one = async (isCounted: boolean) => {
    const page = next.next().value
    const { ms, status } = await ask(url, agent, page)
    if (status !== 200) throw new Error(`${page.path} answered ${status}`)
    if (isCounted) times.push(ms)
  }
  for (let warm = 0; warm < warmUp; warm++) await one(false)
  const from = performance.now()
  const isOver = () => times.length >= most || performance.now() - from > seconds * 1000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (!isOver()) await one(true)
    }),
  )
  const took = (performance.now() - from) / 1000
  agent.destroy()
  return timesOf(times, took)
}

/** Asks for /livez every few milliseconds, answered or not, until `work` is done. */
export async function watchLivez<T>(url: string, work: () => Promise<T>): Promise<{ result: T; waits: number[] }> {
  const agent = new Agent({ keepAlive: true })
  let isDone = false
  const waits: Promise<number>[] = []
  const watching = (async () => {
    while (!isDone) {
      waits.push(ask(url, agent, { path: '/livez' }).then(({ ms }) => ms))
      await new Promise((next) => setTimeout(next, 20))
    }
  })()
  const result = await work()
  isDone = true
  await watching
  const all = await Promise.all(waits)
  agent.destroy()
  return { result, waits: all }
}

export const round = (value: number) => Math.round(value * 10) / 10
export const load = () => `load ${round(loadavg()[0]!)}`
