// SPDX-License-Identifier: AGPL-3.0-or-later
// What one address can hold up, and what a cache between us and people may keep.
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'

const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await stopApps()
})

/** A form of which only the first byte is sent. @returns the first line of the answer, when there is one. */
function beginForm(world: World): { line(): string } {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  sockets.push(socket)
  let answer = ''
  socket.on('data', (text: Buffer) => (answer += text.toString()))
  socket.on('error', () => {})
  const type = 'application/x-www-form-urlencoded'
  socket.write(
    `POST /sign-in HTTP/1.1\r\nHost: localhost:3000\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\na`,
  )
  return { line: () => answer.split('\r\n')[0] ?? '' }
}

it('one address has so many requests under way and no more; others are served meanwhile (web L10)', async () => {
  const world = await startApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
  const forms = Array.from({ length: 100 }, () => beginForm(world))
  const refused = () => forms.filter(({ line }) => line().includes(' 503 ')).length
  while (refused() < 36) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await fetch(`${world.url}/offers`)).status).toBe(503)
  const other = await fetch(`${world.url}/offers`, { headers: { 'x-forwarded-for': '192.0.2.7' } })
  expect([other.status, refused()]).toEqual([200, 36])
  for (const socket of sockets.splice(0)) socket.destroy()
  while ((await fetch(`${world.url}/offers`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
})

it('a cache keeps no page for another person (web L8)', async () => {
  const world = await startApp()
  const headersOf = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(world.url + path, { headers: { accept: 'text/html', ...headers } })
    await answer.arrayBuffer()
    const vary = (answer.headers.get('vary') ?? '').toLowerCase()
    return [answer.headers.get('cache-control'), vary.includes('cookie'), vary.includes('accept-language')]
  }
  const b = world.browser()
  await b.post('/language', { locale: 'en', next: '/' })
  for (const path of ['/', '/offers', '/about', '/sign-in', '/privacy']) {
    expect([path, await headersOf(path)]).toEqual([path, ['no-cache', true, true]])
    expect([path, await headersOf(path, { cookie: b.cookie })]).toEqual([path, ['private, no-cache', true, true]])
  }
  for (const path of ['/renew/x', '/applications/x', '/sign-in/sent'])
    expect([path, await headersOf(path)]).toEqual([path, ['no-store', true, true]])
})
