// SPDX-License-Identifier: AGPL-3.0-or-later
// What comes in from word processors and from programs.
import { describe, expect, it } from '@jest/globals'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { createOfferParser } from '../../server/offers/forms.ts'
import { isVisit } from '../../server/statistics/count.ts'
import { optionalText } from '../../server/web/fields.ts'

const taxonomies = loadTaxonomies()
const tasksOf = (typed: string) =>
  createOfferParser(taxonomies)({ title_fr: 'Un titre', tasks_fr: typed }).good.tasks_fr

describe('public 26: bullets of word processors', () => {
  it.each([
    '\uf0b7\tTrier',
    '§ Trier',
    '\uf0a7  Trier',
    'o\tTrier',
    '➢ Trier',
    '✓ Trier',
    '▪ Trier',
    '◦Trier',
    '‣ Trier',
    'a) Trier',
    'b)Trier',
    '1- Trier',
    '1-Trier',
    '2 - Trier',
    '• Trier',
    '- Trier',
    '– Trier',
    '1. Trier',
    '12) Trier',
    '* Trier',
    '→ Trier',
    '·Trier',
    '■ Trier',
    '  \uf0d8 Trier',
  ])('%j is a task without its bullet', (typed) => {
    expect(tasksOf(typed)).toEqual(['Trier'])
  })

  it.each(['2-3 personnes', '24 h de course', 'À trier', 'o Balayer', '-5 °C dehors', 'a.m. ou p.m.', 'A4 à plier'])(
    '%j stays as it is',
    (typed) => {
      expect(tasksOf(typed)).toEqual([typed])
    },
  )

  it('no text keeps characters for private use, or halves of characters', () => {
    const read = (typed: string) => optionalText(100).parse(typed)
    expect(read('Le\ue000 pain\uf0b7\u{f0000}\u{100000} 🥖')).toBe('Le pain 🥖')
    expect(read('a\ud83eb').isWellFormed()).toBe(true)
  })
})

describe('public 25: robots at word borders', () => {
  const android = (device: string) =>
    `Mozilla/5.0 (Linux; Android 10; ${device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36`
  const counts = (agent: string) =>
    isVisit({ method: 'GET', get: (name: string) => (name === 'user-agent' ? agent : undefined) } as never)

  it.each(['CUBOT_X19', 'CUBOT X19', 'B BOT 550', 'Scanner TC21', 'SM-G991B', 'Fetch 5', 'Monitor M1'])(
    'a telephone called %s is a person’s',
    (device) => {
      expect(counts(android(device))).toBe(true)
    },
  )

  it.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    `${android('Nexus 5X Build/MMB29P')} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'AhrefsBot/7.0',
    'curl/8.5.0',
    'Wget/1.21',
    'python-requests/2.31',
    'Java/17.0.1',
    'okhttp/4.9',
    'Twitterbot/1.0',
    'Slackbot-LinkExpanding 1.0',
    'UptimeRobot/2.0; https://uptimerobot.com',
    'Baiduspider',
    '',
  ])('%j is none', (agent) => {
    expect(counts(agent)).toBe(false)
  })
})
