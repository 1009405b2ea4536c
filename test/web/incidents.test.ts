// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of incidents with personal data: what is written is read, printed, downloaded, and forgotten in time.
import { afterEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { forgetOldIncidents } from '../../server/privacy/incidents/commands.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const LIST = '/operator/privacy/incidents'
const said = {
  happened_on: '18/11/2026',
  known_on: '20/11/2026',
  what: 'Une liste est partie à un mauvais destinataire.\n\nIl a répondu.',
  data: 'Noms et adresses',
  people_count: '1 200',
  is_serious: 'yes',
  seriousness: 'Des adresses de domicile.',
}

async function noted(changes: Partial<Record<keyof typeof said | 'authority_told_on', string>> = {}, world?: World) {
  const here = world ?? (await startApp())
  const b = await here.signIn('amina')
  await b.post(`${LIST}/new`, { ...said, ...changes })
  return { world: here, b }
}

const factsOf = (b: Browser) =>
  [...b.document.querySelectorAll('section.whole dl > div')].map((one) =>
    [...one.children].map((part) => part.textContent!.trim()),
  )

describe('web H3: the register of incidents', () => {
  it('is empty at first, then shows and downloads what was written', async () => {
    const world = await startApp()
    const b = await world.signIn('amina')
    await b.get('/operator/privacy')
    await b.follow('Incidents')
    expect([b.heading, b.text.includes('Aucun incident')]).toEqual(['Incidents', true])
    await b.follow('Noter un incident')
    expect(b.text).toContain('N’écrivez aucun nom ici')
    await noted({}, world)
    await b.get(LIST)
    expect(factsOf(b)).toEqual(
      expect.arrayContaining([
        ['Quand l’avez-vous su\u00a0?', '20 novembre 2026'],
        ['Combien de personnes\u00a0?', '1\u202f200'],
        ['Un risque sérieux pour ces personnes\u00a0?', 'Oui'],
        ['CNIL prévenue le', 'Pas prévenu'],
      ]),
    )
    const { html } = await b.get(`${LIST}.csv`)
    const lines = html.trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^2026-11-18;2026-11-20;/)
    expect(lines[1]).toContain(';1200;Oui;')
  })

  it('reminds of the 72 hours in France while the CNIL does not know, and not in Québec', async () => {
    const { world, b } = await noted()
    await b.get(LIST)
    expect(b.text).toContain('au plus tard le 23 novembre 2026, à la même heure')
    world.clock.advance(5 * DAY)
    const later = await world.signIn('amina')
    await later.get(LIST)
    expect(later.text).toContain('Les 72 heures sont passées depuis le 23 novembre 2026')
    await later.follow('Modifier')
    await later.fill('CNIL prévenue le', '2026-11-24').press('Enregistrer')
    expect([later.url, later.text.includes('72 heures sont passées')]).toEqual([LIST, false])
    expect(factsOf(later)).toContainEqual(['CNIL prévenue le', '24 novembre 2026'])
    await noted({ what: 'Autre' }, world)
    await updateAssociation(world.deps.db, { country: 'CA' }, 1)
    await later.get(LIST)
    expect(later.text).not.toMatch(/CNIL|72|RGPD/)
    expect(later.text).toContain('Commission d’accès à l’information prévenue le')
  })

  it.each([
    ['known_on', { known_on: '17/11/2026' }, 'On ne peut pas le savoir avant'],
    ['known_on', { known_on: '01/12/2026' }, 'Ce jour n’est pas encore venu'],
    ['happened_on', { happened_on: '' }, 'Quel jour est-ce arrivé'],
    ['is_serious', { is_serious: '' }, 'Oui ou non'],
    ['authority_told_on', { authority_told_on: '19/11/2026' }, 'avant le jour où vous l’avez su'],
    ['people_count', { people_count: 'beaucoup' }, 'Écrivez un nombre'],
  ])('says what is wrong with %s, and loses nothing', async (name, changes, fault) => {
    const { world, b } = await noted(changes)
    expect([b.status, Object.values(b.errors()).join()]).toEqual([422, expect.stringContaining(fault)])
    expect(b.document.querySelector(`[name="${name}"]`)!.closest('.field--error')).not.toBeNull()
    expect(b.document.querySelector('textarea[name=what]')!.textContent).toContain('Une liste est partie')
    expect(await world.deps.db.selectFrom('privacy_incidents').selectAll().execute()).toEqual([])
  })

  it('does not overwrite what another administrator saved meanwhile', async () => {
    const { world, b } = await noted()
    await b.get(LIST)
    await b.follow('Modifier')
    const other = await world.signIn('amina')
    await other.get(b.url)
    await other.fill('Ce qui a été fait', 'Le destinataire a effacé la liste.').press('Enregistrer')
    await b.fill('Ce qui a été fait', 'Rien.').press('Enregistrer')
    expect([b.status, b.text.includes('Rien.')]).toEqual([409, true])
    const row = await world.deps.db.selectFrom('privacy_incidents').selectAll().executeTakeFirstOrThrow()
    expect(row.measures).toBe('Le destinataire a effacé la liste.')
  })

  it('keeps an incident five years, and no longer', async () => {
    const { world } = await noted()
    const left = () => world.deps.db.selectFrom('privacy_incidents').select('id').execute()
    world.clock.advance(5 * 365 * DAY - 5 * DAY)
    await forgetOldIncidents(world.deps)
    expect(await left()).toHaveLength(1)
    world.clock.advance(10 * DAY)
    await forgetOldIncidents(world.deps)
    expect(await left()).toHaveLength(0)
  })

  it('leaves a line in the trail for each note and change', async () => {
    const { b } = await noted()
    await b.get('/operator/trail?kind=privacy')
    expect(b.text).toContain('Incident noté')
  })
})
