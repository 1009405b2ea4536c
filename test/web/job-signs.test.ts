// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer that looks like employment is told so to whoever writes it and whoever reads it over, who decide (P15).
import { afterEach, describe, expect, it } from '@jest/globals'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { jobSigns } from '../../server/model/offer/job-signs.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { writeOffer } from '../support/offer-form.ts'

afterEach(stopApps)

const signs = (changes: Partial<OfferContent>) =>
  jobSigns({ ...emptyContent(), ...changes }).map(({ sign, words }) => (words ? `${sign}: ${words}` : sign))

describe('what looks like employment (P15)', () => {
  it.each([
    ['Salaire au SMIC, sur treize mois.', 'pay: Salaire'],
    ['Vous serez rémunérée chaque mois.', 'pay: rémunérée'],
    ['Nous offrons 12 € de l’heure.', 'pay: 12 € de l’heure'],
    ['You get 15 dollars an hour.', 'pay: 15 dollars an hour'],
    ['Prise de fonction en CDD, à pourvoir vite.', 'contract: en CDD'],
    ['Avec une période d’essai de deux mois.', 'contract: période d’essai'],
    ['You report to your line manager.', 'contract: line manager'],
    ['Nous cherchons quelqu’un pour 35 h par semaine.', 'hours: 35 h par semaine'],
  ])('%s', (context, found) => {
    expect(signs({ context: { fr: context } })).toContain(found)
  })

  it.each([
    'Une mission bénévole, donc sans salaire.',
    'Elle est non rémunérée ; les frais sont remboursés.',
    'Tenir le CDI du collège le midi.',
    'Aider à lire une lettre de la mairie, aux côtés de notre salariée.',
    'Vendre des gâteaux à 2 € la part, deux heures par semaine.',
    'Ouvert 7 jours sur 7, de 9 h à 18 h. 120 heures par an en tout.',
  ])('not: %s', (context) => {
    expect(signs({ context: { fr: context } })).toEqual([])
  })

  it('reads every text in both languages, each sign once, and counts the hours of the form', () => {
    const load = { minutes_per_session: 540, frequency: 'several_week' }
    expect(signs({ ...load, tasks: { en: ['Serve', 'Your salary: see below'] }, title: { fr: 'Un salaire' } })).toEqual(
      ['hours', 'pay: salaire'],
    )
    expect(signs({ minutes_per_session: 480, frequency: 'several_week' })).toEqual([])
  })
})

it('whoever writes it reads it before it is published, and may publish', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  const id = await writeOffer(b)
  await b.get(`/work/offers/${id}/edit`)
  await b.fill('Le côté pratique', 'Une fiche de paie chaque mois.').press('Enregistrer et me relire')
  expect(b.text).toContain('« fiche de paie » fait penser à un emploi.')
  await b.press('Publier maintenant')
  expect(b.text).toContain('est publiée')
  expect(b.text).not.toContain('fait penser à un emploi')
})

it('whoever reads it over is asked whether it is volunteering, and still decides', async () => {
  const world = await startApp({ kind: 'centre' })
  const farid = viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  const { id: member } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(world.deps, farid, member)
  const content = { practical: { fr: 'Un salaire de départ.' }, minutes_per_session: 540, frequency: 'several_week' }
  const offer = samplePublicOffer({ content })
  await transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, {}))
  const { id } = await world.deps.db.selectFrom('moderation_items').select('id').executeTakeFirstOrThrow()
  const b = await (await world.signIn('farid')).get(`/moderation/${id}`)
  expect(b.text).toContain('Elle demande plus de 24 heures par semaine: est-ce bien du bénévolat ?')
  expect(b.text).toContain('« salaire » fait penser à un salaire')
  await b.choose('Accepter').press('Envoyer ma décision')
  expect(b.text).toContain('est en ligne')
  expect((await b.get(`/moderation/${id}`)).text).not.toContain('fait penser à un salaire')
})
