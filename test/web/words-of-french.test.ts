// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F43: hours, greetings and names of associations, as French writes them.
import { afterEach, describe, expect, it } from '@jest/globals'
import { createI18n } from '../../server/text/i18n.ts'
import { keepTime } from '../../server/offers/timetable.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import * as many from '../support/many-rows.ts'
import { readTexts } from '../support/texts.ts'

afterEach(stopApps)

describe('pages F43: verbs agree with the name of an association', () => {
  const t = createI18n().for('fr')
  it.each([
    ['Les Jardins du Canal', 'Les Jardins du Canal vous ouvrent leur espace bénévole'],
    ['les Restos', 'les Restos vous ouvrent leur espace bénévole'],
    ['Le Relais', 'Le Relais vous ouvre son espace bénévole'],
    ['Lescure en fête', 'Lescure en fête vous ouvre son espace bénévole'],
  ])('%s', (site, text) => {
    expect(t('mail.accounts.invitation.subject', { site })).toBe(text)
  })

  it('in every text that one of them begins', () => {
    const isSubject = /(?:^|[.:] |que )\{(?:site|association|centre|partner)\} \p{L}/u
    // There `name` is that of an association; elsewhere it is a person's.
    const isNamed = /^(?:moderation\.lead|search\.banner|peers\.effect)\./
    const wrong = Object.entries(readTexts('fr')).filter(
      ([key, text]) =>
        (isSubject.test(text) || (isNamed.test(key) && text.startsWith('{name}'))) && !text.includes('['),
    )
    expect(wrong).toEqual([])
    const filled = Object.keys(readTexts('fr')).map((key) =>
      t(key as never, { site: 'Les A', centre: 'Les A', partner: 'Les A', association: 'Les A' }),
    )
    expect(filled.filter((text) => /\[[^\]]*\|/.test(text))).toEqual([])
  })
})

it('pages F43: the chart says hours as the table below it, and an empty year has 0 h', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  expect(b.document.querySelector('.big')!.textContent!.replaceAll(/\s/g, ' ')).toBe('0 h')
  await many.run(
    world.deps.db,
    `INSERT INTO hours_entries (id, person_id, worked_on, minutes, category_id, source, state, created_at)
    SELECT 'h', '${world.id('chloe')}', '2026-11-20', 330, id, 'self', 'approved', '' FROM hours_categories LIMIT 1`,
  )
  await b.get('/my/hours')
  const bars = [...b.document.querySelectorAll('.chart text')].map((one) => one.textContent)
  expect([bars.includes('5h30'), b.text.includes('5,5'), b.text.includes('5 h 30')]).toEqual([true, false, true])
})

it('pages F43: every mail greets by the given name, also those about an offer', async () => {
  const world = await startApp()
  await publishOffer(await world.signIn('bastien'))
  for (let day = 0; day < 30; day++) {
    world.clock.advance(DAY)
    await keepTime(world.deps)
  }
  const ending = (await world.mails()).filter(({ template }) => template === 'offers/ending')
  expect(ending.length).toBeGreaterThan(0)
  for (const { text, html } of ending)
    expect([text.startsWith('Bonjour Bastien,'), html.includes('Bonjour Bastien,')]).toEqual([true, true])
})
