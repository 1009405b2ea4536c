// SPDX-License-Identifier: AGPL-3.0-or-later
// public, kind 10: a question that cannot be asked gets an answer that says so, not everything and not nothing.
import { afterEach, describe, expect, it } from '@jest/globals'
import { CODE_FILTERS } from '../../server/search/query.ts'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

/** Every name that the address of a search may have, each with a value that means nothing. */
const UNCLEAR: Record<string, string> = {
  place: 'Xyzzyville',
  region: 'Xyzzie',
  radius: 'loin',
  age: 'vieux',
  accessible: 'peut-etre',
  group: 'peut-etre',
  easy: 'peut-etre',
  soon: 'peut-etre',
  language: 'klingon',
  sort: 'au-hasard',
  q: '***',
  association: 'nonsense',
  ...Object.fromEntries(Object.keys(CODE_FILTERS).map((name) => [name, 'xyzzy'])),
}

describe.each(Object.entries(UNCLEAR))('%s=%s', (name, value) => {
  const query = `?${new URLSearchParams({ [name]: value })}`

  it('is answered on the page of the search by a sentence that names it', async () => {
    const world = await startApp({ kind: 'centre' })
    for (const language of ['fr', 'en']) {
      const b = await world.browser(language).get(`/offers${query}`)
      expect(b.status).toBe(200)
      const notes = [...b.document.querySelectorAll('.flash--wait')].map((one) => one.textContent).join(' ')
      expect([language, notes]).toEqual([language, expect.stringContaining(value)])
    }
  })

  it('is refused to programs, which are told what it was', async () => {
    const world = await startApp({ kind: 'centre' })
    for (const path of ['/offers.json', '/offers.atom', '/offers.ics', '/api/v1/offers']) {
      const answer = await fetch(`${world.url}${path}${query}`)
      expect([path, answer.status]).toEqual([path, 400])
      const { error, field } = (await answer.json()) as { error: string; field: string }
      expect([path, field, error.includes(value)]).toEqual([path, name, true])
    }
  })
})

it('every name that is asked for is walked here', async () => {
  const world = await startApp({ kind: 'centre' })
  const document = (await (await fetch(`${world.url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, { get: { parameters?: { name: string; in: string }[] } }>
  }
  const names = (document.paths['/api/v1/offers'] ?? document.paths['/offers'])!.get.parameters!.filter(
    (one) => one.in === 'query',
  )
  const walked = new Set([...Object.keys(UNCLEAR), 'page', 'per_page'])
  expect(names.length).toBeGreaterThan(8)
  expect(names.map((one) => one.name).filter((one) => !walked.has(one))).toEqual([])
})
