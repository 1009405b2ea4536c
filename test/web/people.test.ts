// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { becomeVolunteer } from '../../server/people/commands/add.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const GOOD = 'radis violette caravane'
const NEW = 'Votre nouveau mot de passe'
const names = (b: Browser) => [...b.document.querySelectorAll('tbody th')].map((one) => one.textContent!.trim())
const WHAT = 'Nom, numéro ou e-mail'
const person = (world: World, id: string) => findPerson(world.deps.db, id)

async function invite(b: Browser, email = 'noe@example.org'): Promise<string> {
  await b.get('/work/people/new')
  await b.fill('Prénom', 'Noé').fill('Nom', 'Inventé').fill('Adresse e-mail', email).press('Envoyer l’invitation')
  return b.url.split('/').at(-1)!
}

function inviteSixty({ deps }: World): Promise<void> {
  return transact(deps, async (tx) => {
    for (let n = 0; n < 60; n++) {
      const name = { given_name: `Personne ${n}`, family_name: 'Inventée', phone: '', locale: 'fr' }
      await becomeVolunteer(tx, deps, { ...name, email: `p${n}@example.org` })
    }
  })
}

describe('the list of people', () => {
  it('is found by the beginning of names, however spelt, of numbers and of addresses', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    expect(names(b)).toEqual([
      'Amina Benali',
      'Élise Garnier',
      'Farid Haddad',
      'Bastien Moreau',
      'David Roy',
      'Chloé Tremblay',
    ])
    for (const [q, found] of [
      ['elise', 'Élise Garnier'],
      ['TREMBLAY chl', 'Chloé Tremblay'],
      ['chloé tremblay', 'Chloé Tremblay'],
      ['1004', 'David Roy'],
      ['n° 1004', 'David Roy'],
      ['farid@ex', 'Farid Haddad'],
      ['mor', 'Bastien Moreau'],
    ]) {
      await b.fill(WHAT, q!).press('Chercher')
      expect([q, names(b)]).toEqual([q, [found]])
      expect(b.text).toContain('1 personne')
    }
    for (const q of ['100', 'x%', '_', '%%', "'; drop table people"]) {
      await b.fill(WHAT, q).press('Chercher')
      expect([q, names(b).length]).toEqual([q, q === '100' ? 6 : 0])
      if (q !== '100') expect(b.text).toContain('Personne ne correspond')
      await b.get('/work/people')
    }
    await b.fill('Qui', 'L’équipe').press('Chercher')
    expect(names(b)).toEqual(['Amina Benali', 'Élise Garnier', 'Farid Haddad', 'Bastien Moreau'])
    expect((await b.get('/work/people?who=nobody&page=x&q[]=1')).status).toBe(200)
  })

  it('comes in pages of fifty', async () => {
    const world = await startApp()
    await inviteSixty(world)
    const b = await world.signIn('bastien')
    await b.get('/work/people?who=invited')
    expect(names(b)).toHaveLength(50)
    expect(b.text).toContain('60 personnes')
    await b.follow('La suite')
    expect(names(b)).toHaveLength(10)
    expect(b.hasLink('La suite')).toBe(false)
    await b.follow('Avant')
    expect(names(b)).toHaveLength(50)
    expect(b.hasLink('Avant')).toBe(false)
  })

  it('can be downloaded; no cell is a formula, and the download is on record', async () => {
    const world = await startApp()
    await updatePerson(world.deps.db, world.id('chloe'), { given_name: '=1+1', phone: '+33 6 12 34 56 78' })
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    await b.fill(WHAT, 'tremblay').press('Chercher')
    await b.follow('Télécharger cette liste (tableur)')
    expect(b.url).not.toContain('tremblay')
    expect(b.headers.get('content-disposition')).toBe('attachment; filename="benevoles.csv"')
    expect(b.html).toContain('Numéro;Nom de famille;Prénom;E-mail')
    expect(b.html).toMatch(/1003;Tremblay;"'=1\+1";chloe@example\.org;\+33 6 12 34 56 78;/)
    expect(b.html).not.toContain('bastien')
    const events = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'people.exported').execute()
    expect(events).toMatchObject([{ actor_id: world.id('bastien'), details: '{"rows":1}' }])
  })

  it.each(['chloe', 'elise', 'farid'] as const)('is closed to %s, who does not coordinate', async (name) => {
    const world = await startApp({ kind: 'both' })
    const b = await world.signIn(name)
    const id = world.id('david')
    for (const path of ['/work/people', '/work/people.csv', '/work/people/new', `/work/people/${id}`]) {
      await b.get(path)
      expect([path, b.status]).toEqual([path, 403])
      expect(b.html).not.toContain('david@example.org')
    }
    for (const path of [
      '',
      'new',
      `${id}/roles`,
      `${id}/suspension`,
      `${id}/invitation`,
      `${id}/contact`,
      `${id}/return`,
    ]) {
      await b.post(`/work/people/${path}`, { roles: 'administrator' })
      expect([path, b.status]).toEqual([path, 403])
    }
    expect((await person(world, id))?.roles).toEqual(['volunteer'])
  })
})

describe('a name that is looked for', () => {
  const sessions = (world: World) => world.deps.db.selectFrom('sessions').select('content').execute()

  it('is in no address and in no log; the list shows it, in pages too, until everything is shown again', async () => {
    const world = await startApp()
    await inviteSixty(world)
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    await b.fill(WHAT, 'inventée').fill('Qui', 'Invitations en attente').press('Chercher')
    expect(b.url).toMatch(/^\/work\/people\?who=invited&search=[0-9a-f]{12}$/)
    expect([b.text.includes('Recherche: inventée'), b.value(WHAT)]).toEqual([true, 'inventée'])
    await b.follow('La suite')
    expect([names(b).length, b.text.includes('Recherche: inventée')]).toEqual([10, true])
    const searched = b.url
    await b.press('Tout afficher')
    expect([b.url, names(b).length, b.text.includes('Recherche:')]).toEqual(['/work/people', 50, false])
    expect(JSON.stringify(await sessions(world))).not.toContain('inventée')
    // The address has lost its search: the page shows that, and its download names nobody.
    await b.get(searched)
    expect(b.text).toContain('Cette recherche n’est plus gardée. Voici toute la liste.')
    await b.get(searched.replace('people?', 'people.csv?'))
    expect([b.url.split('?')[0], b.text.includes('plus gardée')]).toEqual(['/work/people', true])
    expect(world.logged.join('\n')).not.toMatch(/invent/i)
  })

  it('is each tab’s own, and each step back has the one it had', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const at = async (q: string) => {
      await b.get('/work/people')
      return (await b.fill(WHAT, q).press('Chercher')).url
    }
    const [one, two] = [await at('roy'), await at('tremblay')]
    expect(names(await b.get(one))).toEqual(['David Roy'])
    expect(names(await b.get(two))).toEqual(['Chloé Tremblay'])
    expect(await at('roy')).toBe(one)
    await b.fill(WHAT, ' ').press('Chercher')
    expect([b.url, names(b).length]).toEqual(['/work/people', 6])
    expect((await b.get(one)).text).toContain('plus gardée')
    expect(names(await b.get(two))).toEqual(['Chloé Tremblay'])
    for (let n = 0; n < 20; n++) await at(`n° ${n}`)
    expect((await b.get(two)).text).toContain('plus gardée')
    expect(JSON.parse((await sessions(world))[0]!.content).searches).toHaveLength(20)
  })

  it('is shown to nobody else, in no other list, and ends with the session', async () => {
    const world = await startApp()
    const [b, amina] = [await world.signIn('bastien'), await world.signIn('amina')]
    await b.get('/work/people')
    await b.fill(WHAT, 'roy').press('Chercher')
    expect((await amina.get(b.url)).text).toContain('plus gardée')
    await amina.get('/work/people')
    await amina.fill(WHAT, 'roy').press('Chercher')
    expect((await amina.get(amina.url.replace('/work/people', '/operator/trail'))).text).toContain('plus gardée')
    for (const one of [b, amina]) await one.post('/sign-out', {})
    expect(await sessions(world)).toEqual([])
  })

  it('may be too long, which is shown beside it; a search that finds nobody can be ended', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    await b.fill(WHAT, 'x'.repeat(300)).fill('Qui', 'L’équipe').press('Chercher')
    expect([b.status, b.value(WHAT), b.value('Qui')]).toEqual([422, 'x'.repeat(300), 'team'])
    expect([Object.keys(b.errors()), names(b).length]).toEqual([[expect.stringMatching(WHAT)], 4])
    await b.fill(WHAT, 'personne').press('Chercher')
    expect(b.text).toContain('Personne ne correspond')
    expect(b.hasLink('Voir tout le monde')).toBe(false)
    await b.press('Tout afficher')
    expect(names(b)).toHaveLength(6)
  })
})

it('forgets the oldest of more than twenty searches', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  const searches: string[] = []
  for (let n = 0; n < 21; n++) searches.push((await b.post('/work/people', { q: `nom ${n}` })).url)
  expect(new Set(searches).size).toBe(21)
  expect([(await b.get(searches[0]!)).value(WHAT), (await b.get(searches[1]!)).value(WHAT)]).toEqual(['', 'nom 1'])
})

describe('an invitation', () => {
  it('lets somebody choose a password, and is good once', async () => {
    const world = await startApp()
    const bastien = await world.signIn('bastien')
    const id = await invite(bastien)
    expect(bastien.text).toContain('L’invitation de Noé Inventé est partie.')
    expect(bastien.text).toContain('Invitation en attente')
    const link = await world.linkFor('noe@example.org')
    const b = world.browser()
    await b.get(link)
    expect(b.heading).toBe('Bienvenue, Noé')
    await b.press('Ouvrir mon espace')
    expect(b.errors()[NEW]).toContain('12 caractères')
    await b.fill(NEW, 'noe inventé 1').press('Ouvrir mon espace')
    expect(b.errors()[NEW]).toContain('ressemble à votre nom')
    await b.fill(NEW, GOOD).press('Ouvrir mon espace')
    expect([b.heading, b.text.includes('Vous voilà chez vous.')]).toEqual(['Bonjour Noé', true])
    expect(await person(world, id)).toMatchObject({
      roles: ['volunteer'],
      member_number: 1007,
      invited_at: null,
      email_verified_at: world.clock.iso(),
      joined_on: '2026-11-22',
    })
    expect((await world.browser().get(link)).status).toBe(410)
    const events = await world.deps.db.selectFrom('events').select('type').where('subject_id', '=', id).execute()
    expect(events.map(({ type }) => type)).toEqual([
      'person.invited',
      'record.opened',
      'person.joined',
      'session.signed_in',
    ])
  })

  it('can be taken up without a password, by links to the mailbox', async () => {
    const world = await startApp()
    const id = await invite(await world.signIn('bastien'))
    const b = await world.browser().get(await world.linkFor('noe@example.org'))
    await b.choose('Avec un lien, à chaque fois').press('Ouvrir mon espace')
    expect(b.heading).toBe('Bonjour Noé')
    expect((await person(world, id))?.password_hash).toBeNull()
    const other = world.browser()
    await other.post('/sign-in', { login: 'noe@example.org', password: '' })
    expect(other.status).toBe(422)
    await other.post('/sign-in/link', { login: 'noe@example.org' })
    await other.get(await world.linkFor('noe@example.org'))
    await other.press('Entrer')
    expect(other.heading).toBe('Bonjour Noé')
  })

  it('is in the language chosen for the person', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people/new')
    await b.fill('Prénom', 'Ada').fill('Nom', 'Inventée').fill('Adresse e-mail', 'ada@example.org')
    await b.fill('Langue des messages', 'English').press('Envoyer l’invitation')
    const mail = (await world.mails()).at(-1)!
    expect(mail.subject).toBe('Les Jardins du Canal opens its volunteer space to you')
    expect(mail.html).toContain('lang="en"')
    const english = await world.browser('en').get(await world.linkFor('ada@example.org'))
    expect(english.heading).toBe('Welcome, Ada')
  })

  it('can be sent again; the first link then opens nothing, and after fourteen days neither does the second', async () => {
    const world = await startApp()
    const bastien = await world.signIn('bastien')
    const id = await invite(bastien)
    const first = await world.linkFor('noe@example.org')
    world.clock.advance(60_000)
    await bastien.get(`/work/people/${id}`)
    await bastien.press('L’envoyer de nouveau')
    const second = await world.linkFor('noe@example.org')
    expect(second).not.toBe(first)
    expect((await world.browser().get(first)).status).toBe(410)
    expect((await world.browser().get(second)).status).toBe(200)
    world.clock.advance(14 * 86_400_000)
    expect((await world.browser().get(second)).status).toBe(410)
  })

  it('is sent again five times in half an hour at most, and not to somebody shut out', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const id = await invite(b)
    const again = async () => (await b.post(`/work/people/${id}/invitation`, {})).status
    const answers: number[] = []
    for (let n = 0; n < 6; n++, world.clock.advance(11_000)) answers.push(await again())
    expect(answers).toEqual([200, 200, 200, 200, 200, 429])
    world.clock.advance(30 * 60_000)
    await b.post(`/work/people/${id}/suspension`, {})
    const before = (await world.mails()).length
    expect([await again(), (await world.mails()).length]).toEqual([409, before])
  })

  it('of somebody of the team is not corrected by a coordinator, nor by an administrator', async () => {
    const world = await startApp()
    const amina = await world.signIn('amina')
    const input = { given_name: 'Ada', family_name: 'Inventée', email: 'ada@example.org', phone: '', locale: 'fr' }
    await amina.post('/work/people/new', { ...input, roles: ['treasurer'] })
    const id = amina.url.split('/').at(-1)!
    for (const b of [amina, await world.signIn('bastien')]) {
      await b.post(`/work/people/${id}/contact`, { ...input, email: 'moi@example.org' })
      expect(b.status).toBe(409)
    }
    expect((await person(world, id))?.email).toBe('ada@example.org')
  })

  it('mends a mistyped address before it is proved, never after', async () => {
    const world = await startApp()
    const bastien = await world.signIn('bastien')
    const id = await invite(bastien, 'nod@example.org')
    const wrong = await world.linkFor('nod@example.org')
    await bastien.get(`/work/people/${id}`)
    await bastien.fill('Adresse e-mail', 'noe@').press('Enregistrer la correction')
    expect([bastien.status, bastien.value('Adresse e-mail')]).toEqual([422, 'noe@'])
    await bastien.fill('Adresse e-mail', 'noe@example.org').press('Enregistrer la correction')
    expect(bastien.text).toContain('C’est corrigé.')
    expect((await world.browser().get(wrong)).status).toBe(410)
    const b = await world.browser().get(await world.linkFor('noe@example.org'))
    await b.fill(NEW, GOOD).press('Ouvrir mon espace')
    await bastien.get(`/work/people/${id}`)
    expect(bastien.hasButton('Enregistrer la correction')).toBe(false)
    const forged = { given_name: 'Noé', family_name: 'Inventé', email: 'moi@example.org', phone: '', locale: 'fr' }
    await bastien.post(`/work/people/${id}/contact`, forged)
    expect(bastien.status).toBe(409)
    expect((await person(world, id))?.email).toBe('noe@example.org')
  })

  it('shows what is missing, keeps what was typed, and knows who is here already', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people/new')
    await b.fill('Nom', 'Inventé').fill('Adresse e-mail', 'noe@').fill('Téléphone', 'abc').press('Envoyer l’invitation')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors()).map((label) => label.replace(' (facultatif)', ''))).toEqual([
      'Prénom',
      'Adresse e-mail',
      'Téléphone',
    ])
    expect([b.value('Nom'), b.value('Téléphone')]).toEqual(['Inventé', 'abc'])
    await b.get('/work/people/new')
    await b.fill('Prénom', 'CHLOE').fill('Nom', 'tremblay').fill('Adresse e-mail', 'Chloe@example.org')
    await b.press('Envoyer l’invitation')
    expect(Object.values(b.errors())).toEqual(['Cette personne est déjà dans la liste, avec ce nom et cette adresse.'])
    await b.fill('Prénom', 'Théo').press('Envoyer l’invitation')
    expect(b.text).toContain('L’invitation de Théo tremblay est partie.')
    expect((await world.mails()).at(-1)?.to).toBe('Chloe@example.org')
  })

  it('is not needed for somebody without e-mail', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people/new')
    await b.fill('Prénom', 'Yvon').fill('Nom', 'Inventé').press('Envoyer l’invitation')
    expect(b.text).toContain('Sans e-mail')
    expect(b.hasButton('L’envoyer de nouveau')).toBe(false)
    expect(await world.mails()).toEqual([])
  })

  it('gives the roles an administrator ticks; a coordinator’s forged ones are ignored', async () => {
    const world = await startApp()
    const amina = await world.signIn('amina')
    await amina.get('/work/people/new')
    await amina.fill('Prénom', 'Ada').fill('Nom', 'Inventée').fill('Adresse e-mail', 'ada@example.org')
    await amina.uncheck('Bénévole').choose('Tient les comptes').press('Envoyer l’invitation')
    expect((await person(world, amina.url.split('/').at(-1)!))?.roles).toEqual(['treasurer'])
    const b = await world.signIn('bastien')
    await b.get('/work/people/new')
    expect(b.text).not.toContain('Gère le site')
    const input = { given_name: 'Noé', family_name: 'Inventé', email: 'noe@example.org', phone: '', locale: 'fr' }
    await b.post('/work/people/new', {
      ...input,
      roles: ['administrator', 'coordinator'],
      member_number: '1',
      joined_on: '1999-01-01',
      password_hash: 'x',
      created_at: 'x',
    })
    expect(await person(world, b.url.split('/').at(-1)!)).toMatchObject({
      roles: ['volunteer'],
      member_number: 1008,
      joined_on: '2026-11-22',
      password_hash: null,
    })
  })
})

describe('roles', () => {
  it('are given and taken by an administrator, and hold at once', async () => {
    const world = await startApp()
    const [amina, chloe] = [await world.signIn('amina'), await world.signIn('chloe')]
    await amina.get(`/work/people/${world.id('chloe')}`)
    await amina.choose('Coordonne les bénévoles').press('Enregistrer')
    expect(amina.text).toContain('C’est enregistré.')
    expect((await person(world, world.id('chloe')))?.roles.toSorted()).toEqual(['coordinator', 'volunteer'])
    // A person who newly sees the data of others signs in again, for a shorter session.
    expect((await chloe.get('/my')).url).toContain('/sign-in')
    const again = await world.signIn('chloe')
    expect((await again.get('/work/people')).status).toBe(200)
    await amina.get(`/work/people/${world.id('chloe')}`)
    await amina.uncheck('Coordonne les bénévoles').press('Enregistrer')
    expect((await again.get('/work/people')).status).toBe(403)
    const events = await world.deps.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'person.roles_changed')
      .execute()
    expect(events.map(({ actor_id, details }) => [actor_id, details])).toEqual([
      [world.id('amina'), '{"added":"coordinator","removed":""}'],
      [world.id('amina'), '{"added":"","removed":"coordinator"}'],
    ])
  })

  it('of the team stay as they are when a coordinator sends a forged form', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    for (const [name, before] of [
      ['amina', ['administrator']],
      ['elise', ['treasurer']],
      ['bastien', ['coordinator']],
    ] as const) {
      await b.post(`/work/people/${world.id(name)}/roles`, { roles: ['administrator', 'moderator'] })
      expect((await person(world, world.id(name)))?.roles).toEqual(before)
    }
    await b.get(`/work/people/${world.id('elise')}`)
    expect(b.hasButton('Fermer l’accès')).toBe(false)
    await b.choose('Bénévole').press('Enregistrer')
    expect((await person(world, world.id('elise')))?.roles.toSorted()).toEqual(['treasurer', 'volunteer'])
  })

  it('leave the last administrator in place', async () => {
    const world = await startApp()
    const amina = await world.signIn('amina')
    await amina.post(`/work/people/${world.id('amina')}/roles`, { roles: 'volunteer' })
    expect(amina.status).toBe(409)
    expect(amina.text).toContain('Il faut garder au moins une personne qui peut donner les rôles.')
    await amina.post(`/work/people/${world.id('bastien')}/roles`, { roles: ['administrator', 'coordinator'] })
    await amina.post(`/work/people/${world.id('amina')}/roles`, { roles: 'volunteer' })
    expect((await person(world, world.id('amina')))?.roles).toEqual(['volunteer'])
    expect((await amina.get('/work/people')).status).toBe(403)
  })

  it('offer reading over only at a centre', async () => {
    const association = await startApp()
    const amina = await association.signIn('amina')
    await amina.post(`/work/people/${association.id('chloe')}/roles`, { roles: ['moderator', 'volunteer'] })
    expect((await person(association, association.id('chloe')))?.roles).toEqual(['volunteer'])
    const centre = await startApp({ kind: 'centre' })
    const head = await centre.signIn('amina')
    await head.get(`/work/people/${centre.id('chloe')}`)
    expect(head.text).toContain('Relit les annonces')
  })
})

describe('an access', () => {
  it('is closed at once, with its links, and opened again', async () => {
    const world = await startApp()
    const [b, chloe] = [await world.signIn('bastien'), await world.signIn('chloe')]
    await world.browser().post('/password/forgot', { login: '1003' })
    const link = await world.linkFor('chloe@example.org')
    await b.get(`/work/people/${world.id('chloe')}`)
    await b.press('Fermer l’accès')
    expect(b.text).toContain('L’accès de Chloé Tremblay est fermé.')
    expect((await chloe.get('/my')).url).toContain('/sign-in')
    expect((await world.browser().get(link)).status).toBe(410)
    await chloe.post('/sign-in', { login: '1003', password: PASSWORD })
    expect(chloe.status).toBe(422)
    await b.get('/work/people')
    expect(b.text).not.toContain('Chloé Tremblay')
    await b.get('/work/people?who=closed')
    await b.follow('Chloé Tremblay')
    await b.press('Rouvrir l’accès')
    await chloe.post('/sign-in', { login: '1003', password: PASSWORD })
    expect(chloe.url).toBe('/my')
  })

  it('of the team is closed by administrators only, and nobody closes their own', async () => {
    const world = await startApp()
    const [amina, bastien] = [await world.signIn('amina'), await world.signIn('bastien')]
    await bastien.post(`/work/people/${world.id('elise')}/suspension`, {})
    expect(bastien.status).toBe(409)
    await amina.post(`/work/people/${world.id('amina')}/suspension`, {})
    expect(amina.status).toBe(409)
    await amina.post(`/work/people/${world.id('bastien')}/suspension`, {})
    expect((await bastien.get('/work/people')).url).toContain('/sign-in')
    expect((await amina.get('/work/people/nobody')).status).toBe(404)
    expect((await amina.post('/work/people/nobody/suspension', {})).status).toBe(404)
  })
})

describe('somebody accepted as a volunteer', () => {
  const input = {
    given_name: 'Noé',
    family_name: 'Inventé',
    email: 'noe@example.org',
    phone: '0612345678',
    locale: 'en',
  }

  it('becomes a new person, whose invitation is in the mail that tells them of their place', async () => {
    const world = await startApp()
    const id = await transact(world.deps, (tx) => becomeVolunteer(tx, world.deps, input))
    expect(await person(world, id)).toMatchObject({ ...input, roles: ['volunteer'], email_key: 'noe@example.org' })
    expect((await person(world, id))?.invited_at).toBe(world.clock.iso())
    expect(await world.mails()).toEqual([])
  })

  it('who is here already gets the role, once', async () => {
    const world = await startApp()
    const elise = { ...input, given_name: 'elise', family_name: 'GARNIER', email: 'Elise@example.org' }
    for (let n = 0; n < 2; n++) {
      expect(await transact(world.deps, (tx) => becomeVolunteer(tx, world.deps, elise))).toBe(world.id('elise'))
    }
    expect((await person(world, world.id('elise')))?.roles.toSorted()).toEqual(['treasurer', 'volunteer'])
    expect(await world.mails()).toEqual([])
  })

  it('is somebody new when only the mailbox is shared, or the old access is closed', async () => {
    const world = await startApp()
    const brother = { ...input, email: 'chloe@example.org' }
    expect(await transact(world.deps, (tx) => becomeVolunteer(tx, world.deps, brother))).not.toBe(world.id('chloe'))
    await updatePerson(world.deps.db, world.id('david'), { disabled_at: world.clock.iso() })
    const david = { ...input, given_name: 'David', family_name: 'Roy', email: 'david@example.org' }
    expect(await transact(world.deps, (tx) => becomeVolunteer(tx, world.deps, david))).not.toBe(world.id('david'))
  })
})
