// SPDX-License-Identifier: AGPL-3.0-or-later
// Every PDF we make, as another program reads it (pdfinfo and pdffonts of Poppler): tagged, with its title, language,
// headings in order, text and embedded fonts (PDF/UA-1, ISO 14289-1).
import { spawnSync } from 'node:child_process'
import { describe, expect, it, afterEach } from '@jest/globals'
import { routes } from '../../server/routes.ts'
import { stopApps } from '../support/app.ts'
import { fullWorld } from '../support/full-world.ts'
import type { Name } from '../support/world.ts'

afterEach(stopApps)

const hasReader = spawnSync('pdfinfo', ['-v']).error === undefined

/** Of each route: who opens it, with which query, and what stands in it. */
const PAPERS: Record<string, { by: Name; query?: string; says: string }> = {
  '/work/attestations/:attestation.pdf': { by: 'bastien', says: 'Chloé Tremblay' },
  '/my/attestations/:attestation.pdf': { by: 'chloe', says: 'Chloé Tremblay' },
  '/my/cec/:paper.pdf': { by: 'chloe', query: 'year=2025', says: 'Chloé Tremblay' },
  '/work/cec/people/:person/:paper.pdf': { by: 'amina', query: 'year=2025', says: 'Chloé Tremblay' },
  '/work/hours/statements/:statement.pdf': { by: 'elise', says: '2025' },
  '/work/statistics/year.pdf': { by: 'bastien', query: 'year=2026', says: '2026' },
  '/statistics/year.pdf': { by: 'farid', query: 'year=2026', says: '2026' },
}

it('every PDF of the site map is read here', () => {
  const paths = routes.map(({ path }) => path).filter((path) => path.endsWith('.pdf'))
  expect(Object.keys(PAPERS).toSorted()).toEqual(paths.toSorted())
})

/** Poppler takes these for other kinds of values than the standard says (ISO 32000-1, tables 321 and 344). */
const MISTAKEN = [
  'Syntax Error: Suspects object is wrong type (boolean)',
  'Syntax Warning: Attribute BorderColor value is of wrong type (array)',
]

const run = (program: string, words: string[], input: Buffer): string => {
  const { stdout, stderr, status } = spawnSync(program, words, { input, encoding: 'utf8' })
  const faults = stderr.split('\n').filter((line) => line !== '' && !MISTAKEN.includes(line))
  expect([program, faults, status]).toEqual([program, [], 0])
  return stdout
}

const whereThereIsOne = hasReader ? describe : describe.skip
whereThereIsOne('another program reads', () => {
  it.each(Object.entries(PAPERS))('%s', async (path, { by, query = '', says }) => {
    const { world } = await fullWorld()
    const { db } = world.deps
    const ids: Record<string, string> = {
      attestation: (await db.selectFrom('attestations').select('id').executeTakeFirstOrThrow()).id,
      statement: (await db.selectFrom('hours_statements').select('id').executeTakeFirstOrThrow()).id,
      person: world.id('chloe'),
    }
    const b = await world.signIn(by)
    const papers = path.includes(':paper') ? ['sheet', 'leave'] : ['']
    for (const paper of papers) {
      const address = path.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'paper' ? paper : ids[name]!))
      const answer = await fetch(`${world.url}${address}?${query}`, { headers: { cookie: b.cookie } })
      expect([address, answer.status, answer.headers.get('content-type')]).toEqual([address, 200, 'application/pdf'])
      const bytes = Buffer.from(await answer.arrayBuffer())
      const facts = run('pdfinfo', ['-'], bytes)
      expect(facts).toMatch(/^Title: +\S/m)
      expect(facts).toMatch(/^Tagged: +yes$/m)
      const meta = run('pdfinfo', ['-meta', '-'], bytes)
      expect(meta).toMatch(/<pdfuaid:part>1<\/pdfuaid:part>/)
      expect(meta).toMatch(/<dc:language>\s*<rdf:Bag>\s*<rdf:li>fr/)
      const structure = run('pdfinfo', ['-struct-text', '-'], bytes)
      const levels = [...structure.matchAll(/^\s*H(\d)\b/gm)].map(([, level]) => Number(level))
      expect(levels[0]).toBe(1)
      // No level is passed over on the way down.
      expect(levels.filter((level, at) => at > 0 && level > levels[at - 1]! + 1)).toEqual([])
      expect(structure).toContain(says)
      const fonts = run('pdffonts', ['-'], bytes).trim().split('\n').slice(2)
      expect(fonts.length).toBeGreaterThan(0)
      expect(fonts.filter((line) => !/ yes +(?:yes|no) +(?:yes|no) +\d+ +\d+$/.test(line))).toEqual([])
    }
  })
})
