// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre writes models of offers, and its members find them where they begin one. Between two real sites.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { HOUR } from '../../server/base/clock.ts'
import { endAffiliation } from '../../server/partners/commands/decide.ts'
import { stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

const { chief } = instances
let association: World
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const minute = () => association.federation!.keepLogos()
const copies = async () => {
  const rows = await association.deps.db.selectFrom('centre_templates').selectAll().orderBy('rank').execute()
  return rows.map(({ name, content }) => ({ name, ...(JSON.parse(content) as { title: object }) }))
}
const readings = () => association.deps.db.selectFrom('centre_template_readings').selectAll().execute()

describe('between a centre and its member', () => {
  let centre: World
  let farid: Browser
  beforeEach(async () => {
    association = await instances.startInstance('association', instances.PORTS.association)
    centre = await instances.startInstance('centre', instances.PORTS.centre)
    await instances.join(association, centre)
    farid = await centre.signIn('farid')
  })

  async function write(name: string): Promise<void> {
    await farid.get('/partners')
    await farid.follow(fr('partners.templates.link'))
    await farid.follow(fr('partners.templates.new'))
    await farid
      .fill(fr('offers.templates.name'), name)
      .fill(fr('offers.form.title'), 'Servir la soupe dans la rue')
      .fill(fr('offers.form.tasks'), '1. Préparer la soupe\n\n- Parler avec les gens')
      .choose('Sécurité alimentaire', fr('partners.templates.causes'))
      .press(fr('partners.templates.save'))
    // Read in any case, also when the timetable read the centre before there was a model.
    association.clock.advance(7 * HOUR)
  }

  it('a model is written, found under « Partir d’un modèle », and begins an offer without days', async () => {
    await write('Maraude du soir')
    expect(farid.url).toBe('/partners/templates')
    await minute()
    const b = await association.signIn('bastien')
    await b.get('/work/offers/new')
    await b.follow(fr('offers.templates.from'))
    expect(b.text).toContain('Les modèles du Centre')
    await b.follow(`${fr('offers.templates.start')} Maraude du soir`)
    expect(b.text).toContain('Vous partez du modèle « Maraude du soir »')
    expect(b.value('Titre')).toBe('Servir la soupe dans la rue')
    expect(b.value('Premier jour')).toBe('')
    await b.press('Enregistrer et me relire')
    const offer = await association.deps.db.selectFrom('offers').selectAll().executeTakeFirstOrThrow()
    expect(offer.template_id).toMatch(/^centre-/)
    expect(JSON.parse(offer.content)).toMatchObject({
      title: { fr: 'Servir la soupe dans la rue' },
      tasks: { fr: ['Préparer la soupe', 'Parler avec les gens'] },
      causes: ['food'],
    })
    expect(b.text).toContain('Partie du modèle « Maraude du soir »')
  })

  it('is read again after six hours, and what the centre took away is gone', async () => {
    await write('Maraude du soir')
    await minute()
    await farid.follow(`${fr('partners.templates.change')} Maraude du soir`)
    expect(farid.value(fr('offers.form.tasks'))).toBe('Préparer la soupe\nParler avec les gens')
    await farid.fill(fr('offers.form.title'), 'Servir le thé').press(fr('partners.templates.save'))
    await minute()
    expect((await copies()).map(({ title }) => title)).toEqual([{ fr: 'Servir la soupe dans la rue' }])
    association.clock.advance(7 * HOUR)
    await minute()
    expect((await copies()).map(({ title }) => title)).toEqual([{ fr: 'Servir le thé' }])
    await farid.follow(`${fr('offers.templates.remove')} Maraude du soir`)
    await farid.press(fr('offers.templates.remove_button'))
    expect(farid.text).toContain(fr('partners.templates.empty'))
    association.clock.advance(7 * HOUR)
    await minute()
    expect(await copies()).toEqual([])
  })

  it('stays in its language when the site changes its own, and keeps all that was written', async () => {
    await write('Maraude du soir')
    await centre.deps.db.updateTable('association').set({ locale: 'en' }).execute()
    await farid.follow(`${fr('partners.templates.change')} Maraude du soir`)
    expect([farid.value(fr('offers.form.title')), farid.value(fr('offers.form.tasks'))]).toEqual([
      'Servir la soupe dans la rue',
      'Préparer la soupe\nParler avec les gens',
    ])
    await farid.fill(fr('offers.form.title'), 'Servir le thé').press(fr('partners.templates.save'))
    await minute()
    expect((await copies()).map(({ title }) => title)).toEqual([{ fr: 'Servir le thé' }])
  })

  it('goes with the membership', async () => {
    await write('Maraude du soir')
    await minute()
    const [centre_] = await instances.affiliations(association)
    await endAffiliation(association.deps, chief(association), centre_!.id, '')
    await minute()
    expect([await copies(), await readings()]).toEqual([[], []])
  })

  it('what is missing is told at its field, nothing typed is lost, and a second press makes no second model', async () => {
    await farid.get('/partners/templates/new')
    await farid.fill(fr('offers.form.title'), 'Sans nom').press(fr('partners.templates.save'))
    expect([farid.status, Object.keys(farid.errors())]).toEqual([422, [fr('offers.templates.name')]])
    expect(farid.value(fr('offers.form.title'))).toBe('Sans nom')
    const form = { name: 'A', title: 'B', form_id: 'one' }
    await farid.post('/partners/templates/new', form)
    await farid.post('/partners/templates/new', form)
    expect(await centre.deps.db.selectFrom('shared_templates').select('id').execute()).toHaveLength(1)
    for (let at = 0; at < 19; at++) await farid.post('/partners/templates/new', { name: `M${at}`, title: 'B' })
    await farid.post('/partners/templates/new', { name: 'Un de trop', title: 'B' })
    expect([farid.status, farid.text.includes(fr('partners.templates.full'))]).toEqual([409, true])
    expect(farid.value(fr('offers.templates.name'))).toBe('Un de trop')
  })

  it('two who change one model at the same time: the second is told, loses nothing, and the next press counts', async () => {
    await write('Maraude du soir')
    const change = `${fr('partners.templates.change')} Maraude du soir`
    const amina = await centre.signIn('amina')
    await amina.get('/partners/templates')
    await amina.follow(change)
    await farid.follow(change)
    const said = async () =>
      (await centre.deps.db.selectFrom('shared_templates').selectAll().executeTakeFirstOrThrow()).content
    const save = (b: typeof farid) => b.press(fr('partners.templates.save'))
    centre.clock.advance(1000)
    const { url } = farid
    await save(farid.fill(fr('offers.form.title'), 'Servir le thé'))
    centre.clock.advance(1000)
    await save(amina.fill(fr('offers.form.title'), 'Servir le café'))
    expect([amina.status, amina.text.includes(fr('partners.templates.changed'))]).toEqual([409, true])
    expect([amina.value(fr('offers.form.title')), await said()]).toEqual([
      'Servir le café',
      expect.stringContaining('thé'),
    ])
    await save(amina)
    expect(await said()).toContain('café')
    // The same form pressed twice is no change by somebody else.
    await farid.get(url)
    const twice = {
      name: 'Maraude du soir',
      title: 'Servir la soupe',
      version: farid.document.querySelector('[name=version]')?.getAttribute('value') ?? '',
    }
    for (let press = 0; press < 2; press++) {
      centre.clock.advance(1000)
      await farid.post(url, twice)
      expect(farid.url).toBe('/partners/templates')
    }
  })

  it('only moderators of a centre write them, and nobody of the team is named in public', async () => {
    const bastien = await centre.signIn('bastien')
    expect((await bastien.get('/partners/templates')).status).toBe(403)
    const amina = await association.signIn('amina')
    expect((await amina.get('/partners/templates')).status).toBe(404)
    await write('Maraude du soir')
    const answer = await fetch(`${centre.url}/templates.json`)
    const text = await answer.text()
    expect([answer.status, text.includes('Maraude'), text.includes(centre.id('farid'))]).toEqual([200, true, false])
    expect((await fetch(`${association.url}/templates.json`)).status).toBe(404)
  })
})

describe('from a centre that says anything', () => {
  let peer: Peer
  beforeEach(async () => {
    peer = await startPeer({ kind: 'centre' })
    association = await instances.startInstance('association', instances.PORTS.association, [peer.host])
  })
  /** Once it says something: the timetable may read it at any moment. */
  const join = () =>
    insertAffiliation(association.deps.db, {
      id: 'other',
      partner_uri: peer.actor,
      partner_is: 'centre',
      partner_name: 'Autre',
      partner_url: peer.origin,
      state: 'active',
      requested_at: association.clock.iso(),
    })
  const say = (templates: unknown) =>
    peer.pages.set('/templates.json', { type: 'application/json', body: { templates } as never })

  it('only what can be used is taken, and one that cannot stops no other', async () => {
    const content = {
      title: { fr: 'Lire' },
      causes: ['food', 'no_such', 'food'],
      tasks: { fr: ['A', 7] },
      commitment: 'x',
    }
    say([
      null,
      { id: 'no-title', name: 'Sans titre', content: { summary: { fr: 'x' } } },
      { id: 'a', name: 'Lecture\u202e\n<b>', content },
      { id: 'a', name: 'Lecture', content },
      { id: 'b', name: 'x'.repeat(500), content: { title: { fr: 'y'.repeat(5000), de: 'z' }, contact_label: 'Ida' } },
    ])
    await join()
    await minute()
    const read = await copies()
    expect(read.map(({ name }) => name)).toEqual(['Lecture', 'x'.repeat(80)])
    expect(read[0]).toMatchObject({ title: { fr: 'Lire' }, causes: ['food'], tasks: {}, commitment: '' })
    expect(read[1]).toMatchObject({ title: { fr: 'y'.repeat(120) }, contact_label: '' })
    expect(await readings()).toMatchObject([{ fault: null }])
  })

  it('what was read before stays while it cannot be read, and it is asked again an hour later', async () => {
    say([{ id: 'a', name: 'Lecture', content: { title: { fr: 'Lire' } } }])
    await join()
    await minute()
    for (const bad of [
      { status: 500, body: '' },
      { type: 'application/json', body: '{"templates": [' },
    ] as const) {
      peer.pages.set('/templates.json', bad as never)
      association.clock.advance(7 * HOUR)
      await minute()
      expect(await copies()).toHaveLength(1)
      expect((await readings())[0]!.fault).not.toBeNull()
    }
    say([])
    await minute()
    expect(await copies()).toHaveLength(1)
    association.clock.advance(HOUR + 1)
    await minute()
    expect(await copies()).toEqual([])
  })
})
