// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody who has come says how it was: by a link of its own, with their consent, read by the team
// before it is public, and taken back at any time.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { noteAttendance } from '../../server/applications/commands/attend.ts'
import { testimonialPath, testimonialTokenOf } from '../../server/applications/testimonial.ts'
import { forgetTestimonials, anonymiseEnded } from '../../server/applications/timetable.ts'
import { DAY } from '../../server/base/clock.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'
import { fr as textOf } from '../support/texts.ts'

/** As `browser.text` has it. */
const fr = (...asked: Parameters<typeof textOf>) => textOf(...asked).replaceAll(/ (?=[:;])/g, '')

let world: World
let b: Browser
let offer: string
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
  offer = await publishOffer(b)
})
afterEach(stopApps)

const WORDS = 'On m’a tout montré, et les enfants riaient.'
const CHOICE = { words: WORDS, signature: 'given', consent: 'on' }

async function accepted(more: Record<string, string> = {}) {
  const person = { given_name: 'Yvon', family_name: 'Paquette', email: 'yvon@example.net', age: 'on', ...more }
  await world.browser().post(`/offers/${offer}/apply`, person)
  const link = (await world.linkFor('yvon@example.net')).replace(/[?#].*/, '')
  await world.browser().post(`${link}/confirmation`, {})
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  await b.post(`/work/applications/${id}/acceptance`, { word: '' })
  return { link, id }
}

async function note(id: string, came: 'came' | 'missed') {
  await world.deps.db
    .updateTable('offers')
    .set({ content: JSON.stringify(await overContent()) })
    .where('id', '=', offer)
    .execute()
  await noteAttendance(
    world.deps,
    viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator']),
    offer,
    new Map([[id, came]]),
  )
  await world.settle()
}

async function overContent(): Promise<Record<string, unknown>> {
  const row = await world.deps.db
    .selectFrom('offers')
    .select('content')
    .where('id', '=', offer)
    .executeTakeFirstOrThrow()
  return {
    ...(JSON.parse(row.content) as object),
    commitment: 'one_off',
    starts_on: '2026-11-02',
    ends_on: '2026-11-02',
  }
}

const thanks = async () => {
  const mails = await world.deps.db
    .selectFrom('mails')
    .select(['body_text', 'subject'])
    .where('template', '=', 'applications/thanks')
    .execute()
  return mails.map(({ body_text }) => /https?:\S+\/applications\/testimonial\/\S+/.exec(body_text)?.[0] ?? '')
}

/** @returns the link of the thank-you, and a browser that opened it. */
async function invited() {
  const { link, id } = await accepted()
  await note(id, 'came')
  const [say = ''] = await thanks()
  const path = new URL(say).pathname
  const page = world.browser()
  await page.get(path)
  return { path, page, id, link }
}

const kept = () => world.deps.db.selectFrom('testimonials').selectAll().execute()
const publicPages = async () => {
  const visitor = world.browser()
  const shown = []
  for (const path of ['/about', '/testimonials', `/offers/${offer}`, '/'])
    shown.push((await visitor.get(path)).text.includes(WORDS))
  return { about: shown[0], all: shown[1], offer: shown[2], front: shown[3] }
}
const nowhere = { about: false, all: false, offer: false, front: false }
const decide = async (state: 'shown' | 'hidden') => {
  const [one] = await kept()
  return b.post(`/work/testimonials/${one!.id}/decision`, { version: String(one!.version), state })
}

it('whoever came writes a few words by the link of their thank-you; the team reads them, then they are public', async () => {
  const { page } = await invited()
  expect(page.title).toContain(fr('applications.testimonial.title'))
  // A program that opens every link of a mail has changed nothing.
  expect(await kept()).toEqual([])
  await page
    .fill(fr('applications.testimonial.words'), WORDS)
    .choose('Yvon')
    .choose(fr('applications.testimonial.consent', { association: 'Les Jardins du Canal' }))
    .press(fr('applications.testimonial.send'))
  expect(page.text).toContain(fr('applications.testimonial.sent'))
  expect(page.text).toContain(WORDS)
  expect(await publicPages()).toEqual(nowhere)
  await world.settle()
  const told = await world.deps.db
    .selectFrom('mails')
    .select(['to_email', 'body_text', 'reply_email'])
    .where('template', '=', 'applications/testimonial')
    .execute()
  expect(told.map(({ to_email }) => to_email)).toEqual(['bastien@example.org'])
  expect(told[0]!.body_text).not.toContain(WORDS)
  await b.get('/work')
  expect(b.text).toContain(fr('offers.work.testimonials.one', { count: 1 }))
  await b.get('/work/testimonials')
  expect(b.text).toContain(WORDS)
  await b.press(`${fr('applications.testimonials.do.show')} Yvon Paquette`)
  expect(b.text).toContain(fr('applications.testimonial.done.shown'))
  expect(b.text).toContain(fr('applications.testimonials.nothing_waits'))
  expect(await publicPages()).toEqual({ about: true, all: true, offer: true, front: false })
  const about = await world.browser().get('/about')
  expect(about.text).toContain('Yvon')
  expect(about.text).not.toContain('Paquette')
})

it('pressed again later, an answer offers no undo that would lose what was before it', async () => {
  const { page, path } = await invited()
  await page.post(path, CHOICE)
  await decide('shown')
  const [shown] = await kept()
  const hide = { version: String(shown!.version), state: 'hidden' }
  await b.post(`/work/testimonials/${shown!.id}/decision`, hide)
  expect(b.hasButton(fr('applications.testimonial.undo'))).toBe(true)
  world.clock.advance(11_000)
  await b.post(`/work/testimonials/${shown!.id}/decision`, hide)
  expect(b.text).toContain(fr('applications.testimonial.done.hidden'))
  expect(b.hasButton(fr('applications.testimonial.undo'))).toBe(false)
})

it('an answer of the team is undone, and what was on the site goes back to where it was', async () => {
  const { page, path } = await invited()
  await page.post(path, CHOICE)
  await decide('hidden')
  await b.press(fr('applications.testimonial.undo'))
  expect((await kept())[0]).toMatchObject({ state: 'waiting', decided_by: null })
  await decide('shown')
  expect((await publicPages()).about).toBe(true)
  await decide('hidden')
  expect(await publicPages()).toEqual(nowhere)
  await b.press(fr('applications.testimonial.undo'))
  expect((await kept())[0]).toMatchObject({ state: 'shown' })
})

it('without consent only the team reads them, and cannot show them', async () => {
  const { page, path } = await invited()
  await page.post(path, { words: WORDS, signature: 'given' })
  expect((await kept())[0]!.state).toBe('private')
  await b.get('/work/testimonials?show=private')
  expect(b.text).toContain(WORDS)
  expect(b.hasButton(`${fr('applications.testimonials.do.show')} Yvon Paquette`)).toBe(false)
  await decide('shown')
  expect((await kept())[0]!.state).toBe('private')
  expect(await publicPages()).toEqual(nowhere)
})

it('other words are read again before they are public, and an answer to the words of before changes nothing', async () => {
  const { page, path } = await invited()
  await page.post(path, CHOICE)
  const [before] = await kept()
  await page.post(path, { ...CHOICE, words: 'Autre chose.' })
  const shown = await b.post(`/work/testimonials/${before!.id}/decision`, { version: '1', state: 'shown' })
  expect(shown.text).toContain(fr('applications.testimonial.changed'))
  expect((await kept())[0]).toMatchObject({ state: 'waiting', words: 'Autre chose.' })
  await decide('shown')
  await page.post(path, { ...CHOICE, words: 'Encore autre chose.', signature: 'initials' })
  expect((await kept())[0]).toMatchObject({ state: 'waiting', shown_name: 'Y. P.', decided_by: null })
  expect(await publicPages()).toEqual(nowhere)
})

it('pressed twice, sent again by Back or reloaded it is written once, told once and stays decided', async () => {
  const { page, path } = await invited()
  await Promise.all([page.post(path, CHOICE), world.browser().post(path, CHOICE)])
  await decide('shown')
  await page.post(path, CHOICE)
  await page.get(path)
  await world.settle()
  expect(await kept()).toMatchObject([{ state: 'shown' }])
  const told = await world.deps.db
    .selectFrom('mails')
    .select('id')
    .where('template', '=', 'applications/testimonial')
    .execute()
  expect(told).toHaveLength(1)
  await Promise.all([decide('shown'), decide('shown')])
  expect(await kept()).toMatchObject([{ state: 'shown' }])
})

it('what is missing or wrong is told at its field, and nothing typed is lost', async () => {
  const { page, path } = await invited()
  await page.post(path, { words: ' ', signature: 'given', consent: 'on' })
  expect(page.status).toBe(422)
  expect(page.errors()).toEqual({ [fr('applications.testimonial.words')]: fr('applications.testimonial.error.words') })
  await page.post(path, { words: WORDS, signature: 'family', consent: 'on' })
  expect(page.status).toBe(422)
  expect(page.value(fr('applications.testimonial.words'))).toBe(WORDS)
  await page.post(path, { words: 'x'.repeat(1001), signature: 'none' })
  expect(page.status).toBe(422)
  expect(await kept()).toEqual([])
})

describe('taking them back', () => {
  it('by the link, with a page that asks first; the words leave the site and the database', async () => {
    const { page, path } = await invited()
    await page.post(path, CHOICE)
    await decide('shown')
    await page.get(path)
    await page.follow(fr('applications.testimonial.removal.link'))
    expect(await kept()).toHaveLength(1)
    await page.press(fr('applications.testimonial.removal.button'))
    expect(page.text).toContain(fr('applications.testimonial.taken_back'))
    expect(await kept()).toEqual([])
    expect(await publicPages()).toEqual(nowhere)
    // Sent again by Back, and the team which has the page open.
    await page.post(`${path}/removal`, {})
    expect(page.status).toBe(200)
    const { status } = await b.post(`/work/testimonials/nothing/decision`, { version: '1', state: 'shown' })
    expect(status).toBe(200)
    expect(b.text).toContain(fr('applications.testimonial.gone'))
  })

  it('from their own page, and after their application is forgotten, as long as the words stand', async () => {
    const { page, path } = await invited()
    await page.post(path, CHOICE)
    await decide('shown')
    world.clock.advance(400 * DAY)
    await anonymiseEnded(world.deps)
    await forgetTestimonials(world.deps)
    await page.get(path)
    expect(page.status).toBe(200)
    expect(page.text).toContain(WORDS)
    expect(page.hasButton(fr('applications.testimonial.send'))).toBe(false)
    // Nothing is written any more: the name and the mailbox are deleted.
    await page.post(path, { ...CHOICE, words: 'Plus tard.' })
    expect((await kept())[0]!.words).toBe(WORDS)
    await page.post(`${path}/removal`, {})
    expect(await kept()).toEqual([])
    expect((await page.get(path)).status).toBe(404)
  })

  it('with the erasure of their account, and they are in the file of their data', async () => {
    const { page, path, id } = await invited()
    await page.post(path, CHOICE)
    const { person_id } = await world.deps.db
      .selectFrom('applications')
      .select('person_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const admin = await world.signIn('amina')
    expect((await admin.get(`/work/people/${person_id}/data.json`)).html).toContain(WORDS)
    await admin.get(`/work/people/${person_id}/erasure`)
    await admin.press([...admin.document.querySelectorAll('main button')].at(-1)!.textContent!.trim())
    expect(await kept()).toEqual([])
    expect((await page.get(path)).status).toBe(404)
  })
})

it('nobody writes who did not come, who is only accepted, or without the link', async () => {
  const { link, id } = await accepted()
  const page = world.browser()
  expect((await page.get(link)).text).not.toContain(fr('applications.testimonial.say'))
  const path = testimonialPath(testimonialTokenOf(world.deps, id))
  expect((await page.get(path)).status).toBe(404)
  expect((await page.post(path, CHOICE)).status).toBe(404)
  expect((await page.get(link.replace('/applications/', '/applications/testimonial/'))).status).toBe(404)
  await note(id, 'came')
  await page.post(path, CHOICE)
  await note(id, 'missed')
  await page.post(path, { ...CHOICE, words: 'Je n’y étais pas.' })
  expect(page.text).toContain(fr('applications.testimonial.refused'))
  expect((await kept())[0]!.words).toBe(WORDS)
  // The link of the words opens nothing else.
  expect((await page.get(path.replace('/testimonial/', '/'))).status).toBe(404)
})

it('it is asked for once: noted again, no second mail comes', async () => {
  const { id } = await invited()
  await note(id, 'missed')
  await note(id, 'came')
  expect(await thanks()).toHaveLength(1)
})

it('the name of somebody under age is never public (P14)', async () => {
  const { path, page, id } = await invited()
  await world.deps.db
    .insertInto('application_guardians')
    .values({
      application_id: id,
      guardian_name: 'Ida',
      guardian_email: 'ida@example.net',
      asked_at: world.clock.iso(),
    })
    .execute()
  await page.get(path)
  expect(page.text).toContain(fr('applications.testimonial.nameless'))
  await page.post(path, CHOICE)
  expect(page.status).toBe(422)
  await page.post(path, { ...CHOICE, signature: 'none' })
  expect((await kept())[0]!.shown_name).toBe('')
})

it('only coordinators read and decide', async () => {
  const { path, page } = await invited()
  await page.post(path, CHOICE)
  const [one] = await kept()
  for (const who of ['chloe'] as const) {
    const other = await world.signIn(who)
    expect((await other.get('/work/testimonials')).status).toBe(403)
    expect((await other.post(`/work/testimonials/${one!.id}/decision`, { version: '1', state: 'shown' })).status).toBe(
      403,
    )
  }
  expect((await kept())[0]!.state).toBe('waiting')
})

it('words that nobody shows are deleted a year after their last news, those on the site stay', async () => {
  const { path, page } = await invited()
  await page.post(path, CHOICE)
  world.clock.advance(360 * DAY)
  await forgetTestimonials(world.deps)
  expect(await kept()).toHaveLength(1)
  world.clock.advance(10 * DAY)
  await forgetTestimonials(world.deps)
  expect(await kept()).toEqual([])
})

it('nothing of it is federated', async () => {
  const { path, page } = await invited()
  await page.post(path, CHOICE)
  await decide('shown')
  await world.settle()
  const activities = await world.deps.db.selectFrom('fed_activities').selectAll().execute()
  expect(JSON.stringify(activities)).not.toContain('riaient')
})

it('the words about an offer that is not for all stand without its title outside, and with it for the team', async () => {
  const { page } = await invited()
  await page.post(page.url, CHOICE)
  await decide('shown')
  const title = 'Servir la soupe du soir'
  const said = async (at: string) => {
    const { text } = await world.browser().get(at)
    return [text.includes(WORDS), text.includes(title)]
  }
  expect([await said('/testimonials'), await said('/about')]).toEqual([
    [true, true],
    [true, true],
  ])
  for (const visibility of ['members', 'unlisted'] as const) {
    await world.deps.db.updateTable('offers').set({ visibility }).where('id', '=', offer).execute()
    expect([await said('/testimonials'), await said('/about')]).toEqual([
      [true, false],
      [true, false],
    ])
  }
  await b.get('/work/testimonials?show=shown')
  expect(b.text).toContain(title)
})
