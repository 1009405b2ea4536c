// SPDX-License-Identifier: AGPL-3.0-or-later
// seeds/004: « bien définir la mission », « attractive », « qu’elle corresponde bien à la réalité ».
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { hintsOn, type HintName } from '../../server/model/offer/hints.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'

const open = (content: Partial<OfferContent>): HintName[] =>
  hintsOn({ ...emptyContent(), language: ['fr'], ...content }, 'fr')
    .filter(({ isMet }) => !isMet)
    .map(({ name }) => name)

describe('what an offer leaves open', () => {
  const LONG = 'Nous préparons la salle ensemble, puis chacun sert à son rythme. '.repeat(6)
  const picture = { url: 'https://a.example/media/1', width: 4, height: 3, alt: { fr: 'La salle' } }
  const whole: Partial<OfferContent> = {
    title: { fr: 'Servir la soupe' },
    summary: { fr: 'Deux heures au chaud.' },
    tasks: { fr: ['Servir', 'Ranger'] },
    context: { fr: LONG },
    support: { fr: 'Une personne vous accueille.' },
    profile: { fr: 'Tout le monde.' },
    practical: { fr: 'Entrée par la cour.' },
    frequency: 'weekly',
    minutes_per_session: 120,
    slots: ['monday-evening'],
    accessible: 'yes',
    pictures: [picture],
  }

  it('is nothing when all is said, and everything when nothing is', () => {
    expect(open(whole)).toEqual([])
    expect(open({})).toEqual(
      'title tasks rhythm moments summary context support pictures details accessible profile practical'.split(' '),
    )
  })

  const CASES: [string, Partial<OfferContent>, HintName[]][] = [
    ['a title that cards cut', { title: { fr: 'Servir la soupe du soir '.repeat(4) } }, ['title']],
    ['one task', { tasks: { fr: ['Servir'] } }, ['tasks']],
    ['a day in place of moments', { slots: [], starts_on: '2027-01-10' }, []],
    ['days as one likes', { slots: [], frequency: 'flexible' }, []],
    ['days that nobody says', { slots: [] }, ['moments']],
    ['what one gets in place of words', { support: {}, benefits: ['training'] }, []],
    ['what is required in place of a profile', { profile: {}, requirements: ['licence_b'] }, []],
    ['work from home, which has no door', { accessible: 'unknown', work_mode: 'remote' }, []],
    ['a few words', { context: { fr: 'Pour aider.' } }, ['details']],
    ['24 hours a week', { minutes_per_session: 480, frequency: 'several_week' }, []],
    ['more than 24 hours a week', { minutes_per_session: 540, frequency: 'several_week' }, ['load']],
    ['words in the other language only', { summary: { en: 'Two hours.' } }, ['summary']],
  ]
  it.each(CASES)('with %s', (_what, change, names) => {
    expect(open({ ...whole, ...change })).toEqual(names)
  })
})

describe('on the pages', () => {
  let world: World
  let b: Browser
  beforeEach(async () => {
    world = await startApp()
    b = await world.signIn('bastien')
  })
  afterEach(stopApps)

  const links = () =>
    [...b.document.querySelectorAll('[aria-labelledby=hints] a')].map((one) => [
      one.textContent,
      one.getAttribute('href'),
    ])

  it('each advice leads to its field, which is open and there', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('L’annonce répond déjà à 5 questions sur 13.')
    const found = links()
    expect(found.map(([text]) => text)).toContain('Dites comment venir, et quoi apporter')
    for (const [, href] of found) {
      await b.get(href!)
      const target = b.document.querySelector(`#${href!.split('#')[1] ?? 'nothing'}`)
      if (href!.endsWith('/pictures')) expect(b.heading).toContain('Photos et fiche')
      else {
        expect([href, target === null]).toEqual([href, false])
        const part = target!.closest('details')
        expect([href, part === null || part.hasAttribute('open')]).toEqual([href, true])
      }
    }
  })

  it('on the form they load nothing anew, and a new form has none', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    const found = links()
    expect(found.length).toBeGreaterThan(4)
    for (const [, href] of found) {
      if (href!.endsWith('/pictures')) continue
      expect(href).toMatch(/^#/)
      expect([href, b.document.querySelector(href!) === null]).toEqual([href, false])
    }
    await b.get('/work/offers/new')
    expect(links()).toEqual([])
  })

  it('nothing of it keeps an offer from being published', async () => {
    const id = await publishOffer(b)
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('En ligne')
    expect(b.document.querySelector('[aria-labelledby=hints] details')!.hasAttribute('open')).toBe(false)
  })

  it('what is said is not advised any more', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Le côté pratique', 'Entrée par la cour.').press('Enregistrer et me relire')
    expect(b.text).toContain('L’annonce répond déjà à 6 questions sur 13.')
    expect(links().map(([text]) => text)).not.toContain('Dites comment venir, et quoi apporter')
  })
})
