// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association makes itself, of rights; and the last person who may give roles.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, grantRole, revokeRole, updatePerson } from '../../db/queries/people.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { insertLimited, listRoles, saveRole } from '../../db/queries/roles.ts'
import { DAY } from '../../server/base/clock.ts'
import { RIGHTS, RIGHTS_OF_ROLE, ROLES, rightsOf } from '../../server/model/rights.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { changeRole, giveRole, takeRole } from '../../server/people/commands/roles.ts'
import { changeRoles, correctContact, shutOut } from '../../server/people/commands/manage.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { answer } from '../../server/privacy/requests/commands.ts'
import { insertRequest } from '../../db/queries/requests.ts'
import { giveOnly } from '../support/own-roles.ts'
import { startApp, stopApps } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const menu = (b: Browser) => [...b.document.querySelectorAll('nav.nav li a')].map((one) => one.getAttribute('href'))

describe('a role of the association', () => {
  it('is put together, given, changed and taken back, and holds at once', async () => {
    const world = await startApp()
    const [amina, david] = [await world.signIn('amina'), await world.signIn('david')]
    await amina.get('/settings')
    await amina.follow('Rôles')
    expect(amina.text).toContain('Vous n’avez pas encore composé de rôle.')
    await amina.follow('Composer un rôle')
    await amina.press('Ajouter ce rôle')
    expect(amina.errors()).toEqual({
      'Nom du rôle': 'Donnez un nom à ce rôle.',
      'Les personnes': 'Cochez au moins une chose que ce rôle permet.',
    })
    amina.fill('Nom du rôle', 'Accueil du samedi').choose('Voir les bénévoles')
    await amina.press('Ajouter ce rôle')
    expect([amina.url, amina.text]).toEqual(['/settings/roles', expect.stringContaining('Accueil du samedi')])
    expect((await david.get('/work/people')).status).toBe(403)
    await amina.get(`/work/people/${world.id('david')}`)
    await amina.press('Donner')
    expect(amina.errors()).toEqual({ 'Donner un rôle': 'Choisissez un rôle.' })
    await amina.fill('Donner un rôle', 'Accueil du samedi').press('Donner')
    expect(amina.text).toContain('David Roy a maintenant ce rôle.')
    // Whoever newly sees the data of others signs in again, for a shorter session.
    expect((await david.get('/my')).url).toContain('/sign-in')
    const again = await world.signIn('david', { isRead: true })
    expect(again.url).toBe('/work')
    expect((await again.get('/work/people')).status).toBe(200)
    expect(menu(again)).toEqual(['/work', '/offers', '/my/hours', '/work/people'])
    await amina.get('/settings/roles')
    expect(amina.text).toContain('1 personne')
    await amina.follow('Accueil du samedi')
    await amina.choose('Aide avec le site').press('Enregistrer')
    // Their session ends as it does with a new role.
    expect((await again.get('/my')).url).toContain('/sign-in')
    const third = await world.signIn('david')
    expect((await third.get('/operator/help')).status).toBe(200)
    await amina.get(`/work/people/${world.id('david')}`)
    await amina.press('Retirer Accueil du samedi')
    expect(amina.text).toContain('David Roy n’a plus ce rôle.')
    expect((await third.get('/operator/help')).status).toBe(403)
    const events = await world.deps.db
      .selectFrom('events')
      .select(['type', 'actor_id'])
      .where('type', 'in', ['role.saved', 'person.roles_changed'])
      .orderBy('seq')
      .execute()
    expect(events).toEqual(
      ['role.saved', 'person.roles_changed', 'role.saved', 'person.roles_changed'].map((type) => ({
        type,
        actor_id: world.id('amina'),
      })),
    )
    await amina.get('/operator/trail?kind=access')
    expect(amina.text).toContain('Rôle enregistré')
  })

  it('begins as a copy of one that is there', async () => {
    const world = await startApp()
    const amina = await world.signIn('amina')
    await amina.get('/settings/roles/new')
    await amina.follow('Trésorerie')
    expect(amina.value('Nom du rôle')).toBe('Trésorerie')
    await amina.press('Ajouter ce rôle')
    const [role] = await listRoles(world.deps.db)
    expect(role!.rights.toSorted()).toEqual([...RIGHTS_OF_ROLE.treasurer].toSorted())
  })

  it('has a name of its own, and can go when nobody has it', async () => {
    const world = await startApp()
    await giveOnly(world, 'david', ['help'], 'Dépannage')
    const amina = await world.signIn('amina')
    await amina.get('/settings/roles/new')
    amina.fill('Nom du rôle', 'depannage').choose('Aide avec le site')
    await amina.press('Ajouter ce rôle')
    expect(amina.errors()).toEqual({ 'Nom du rôle': 'Un autre rôle porte déjà ce nom. Choisissez-en un autre.' })
    await amina.get('/settings/roles')
    await amina.follow('Dépannage')
    expect(amina.hasLink('Supprimer ce rôle')).toBe(false)
    const removal = `${amina.url}/removal`
    await amina.post(removal, {})
    expect([amina.status, amina.text]).toEqual([409, expect.stringContaining('Quelqu’un a encore ce rôle.')])
    await amina.get(`/work/people/${world.id('david')}`)
    await amina.press('Retirer Dépannage')
    await amina.get(removal)
    await amina.press('Supprimer')
    expect([amina.url, amina.text]).toEqual(['/settings/roles', expect.not.stringContaining('Dépannage')])
  })

  it('brings whoever was given help with the site beside their role to what waits', async () => {
    const world = await startApp()
    for (const role of ROLES) await revokeRole(world.deps.db, world.id('elise'), role)
    await giveOnly(world, 'elise', ['categories'])
    await updatePerson(world.deps.db, world.id('elise'), { keeps_help: 1 })
    expect((await world.signIn('elise', { isRead: true })).url).toBe('/work')
  })

  it('asks its people for a second factor as every role of the team', async () => {
    const world = await startApp({ env: { SECOND_FACTOR: 'required' } })
    await giveOnly(world, 'david', ['see_people'])
    world.clock.advance(15 * DAY)
    const b = await world.signIn('david')
    expect((await b.get('/work/people')).url).toBe('/my/security')
  })
})

describe('nobody gives what they do not have', () => {
  const KEEPER = ['roles', 'manage_people'] as const

  it('neither in a role, nor by giving one, nor by a role of the product', async () => {
    const world = await startApp()
    const { db } = world.deps
    await giveOnly(world, 'david', KEEPER, 'Rôles')
    const at = world.clock.iso()
    await saveRole(db, { id: 'money', name: 'Comptes', rights: ['years'], at })
    const b = await world.signIn('david')
    await b.get('/settings/roles/new')
    expect(b.text).not.toContain('Réglages du site')
    await b.post('/settings/roles/new', { name: 'Tout', rights: ['roles', 'association'] })
    expect([b.status, b.text]).toEqual([422, expect.stringContaining('ce que vous pouvez faire vous-même')])
    await b.post('/settings/roles/money', { name: 'Comptes', rights: ['roles'] })
    expect(b.status).toBe(409)
    expect((await b.get('/settings/roles/money')).status).toBe(403)
    await b.post(`/work/people/${world.id('chloe')}/own-roles`, { own_role: 'money' })
    expect(b.status).toBe(409)
    await b.post(`/work/people/${world.id('david')}/own-roles`, { own_role: 'money' })
    await b.post(`/work/people/${world.id('chloe')}/roles`, { roles: ['administrator', 'treasurer', 'volunteer'] })
    await b.post(`/work/people/${world.id('chloe')}/help-desk`, { give: 'yes' })
    for (const [name, roles] of [
      ['chloe', ['volunteer']],
      ['david', []],
    ] as const) {
      const person = (await findPerson(db, world.id(name)))!
      expect([person.roles, person.keeps_help]).toEqual([roles, 0])
      expect(person.given.map(({ id }) => id)).not.toContain('money')
    }
  })

  it('nor a role of the product that is offered beside those of the association', async () => {
    const world = await startApp()
    const { db } = world.deps
    await insertProject(db, { id: 'garden', name: 'Jardin', created_at: world.clock.iso() })
    await giveOnly(world, 'david', KEEPER)
    const b = await world.signIn('david')
    await b.get(`/work/people/${world.id('chloe')}`)
    expect(b.text).toContain('Bénévole')
    expect(b.text).not.toContain('Tient les comptes')
    for (const role of ['treasurer', 'administrator'])
      await b.post(`/work/people/${world.id('chloe')}/own-roles`, { own_role: role, where: '' })
    expect([b.status, b.text]).toEqual([409, expect.stringContaining('que vous ne pouvez pas faire vous-même')])
    expect((await findPerson(db, world.id('chloe')))!.roles).toEqual(['volunteer'])
  })

  it('nor do they manage whoever has more', async () => {
    const world = await startApp()
    await giveOnly(world, 'david', KEEPER)
    const { db, clock } = { db: world.deps.db, clock: world.clock }
    // Bastien has hours of one project alone, Élise the help with the site beside a role that sees people.
    await insertProject(db, { id: 'garden', name: 'Jardin', created_at: clock.iso() })
    for (const role of ROLES) await revokeRole(db, world.id('bastien'), role)
    const of = { person_id: world.id('bastien'), role_id: null, project_id: 'garden', team_id: null }
    const given = { granted_at: clock.iso(), granted_by: null }
    await insertLimited(db, { id: 'limited', role: 'coordinator', ...of, ...given })
    await giveOnly(world, 'elise', ['see_people'], 'Accueil')
    await updatePerson(db, world.id('elise'), { keeps_help: 1 })
    const b = await world.signIn('david')
    for (const name of ['amina', 'bastien', 'elise'] as const) {
      await b.post(`/work/people/${world.id(name)}/suspension`, {})
      expect([name, b.status]).toEqual([name, 409])
    }
    await b.post(`/work/people/${world.id('chloe')}/suspension`, {})
    expect(b.url).toBe(`/work/people/${world.id('chloe')}`)
  })

  it('may be told of each other by whoever has both', () => {
    for (const role of ROLES) expect([...rightsOf({ roles: [role] })].every((one) => RIGHTS.includes(one))).toBe(true)
    expect(rightsOf({ roles: ['administrator'] }).size).toBe(RIGHTS.length)
  })
})

describe('giving a role of the product on the page of a person', () => {
  it('keeps what a colleague gives at the same moment', async () => {
    const world = await startApp()
    const amina = viewerOf(world.id('amina'), 'Amina', ['administrator'])
    const give = (role: string) => giveRole(world.deps, amina, world.id('david'), { role, where: '' })
    await Promise.all([give('coordinator'), give('treasurer')])
    const { roles } = (await findPerson(world.deps.db, world.id('david')))!
    expect(roles).toEqual(expect.arrayContaining(['coordinator', 'treasurer']))
  })

  it('leaves whoever gives it to themselves signed in', async () => {
    const world = await startApp()
    await insertProject(world.deps.db, { id: 'garden', name: 'Jardin', created_at: world.clock.iso() })
    const amina = await world.signIn('amina')
    await revokeRole(world.deps.db, world.id('amina'), 'coordinator')
    await amina.get(`/work/people/${world.id('amina')}`)
    await amina.fill('Donner un rôle', 'Coordonne les bénévoles').press('Donner')
    expect([amina.url, amina.text]).toEqual([
      `/work/people/${world.id('amina')}`,
      expect.stringContaining('a maintenant ce rôle'),
    ])
  })
})

describe('the last person who may give roles', () => {
  const LOST = 'people.refused.last_administrator'

  /** David has the right by a role of the association; Amina is no longer administrator. */
  async function lastOne() {
    const world = await startApp()
    const role = await giveOnly(world, 'david', RIGHTS, 'Tout')
    await revokeRole(world.deps.db, world.id('amina'), 'administrator')
    const david = (await findPerson(world.deps.db, world.id('david')))!
    const self = viewerOf(david.id, 'David', david.roles, { given: david.given })
    // Somebody else, as if two were at it at the same time.
    const other = viewerOf(world.id('amina'), 'Amina', ['administrator'])
    return { world, role, david, self, other }
  }
  type Case = Awaited<ReturnType<typeof lastOne>>
  const WAYS: Record<string, (one: Case) => Promise<unknown>> = {
    'its role taken back': ({ world, self, david, role }) => takeRole(world.deps, self, david.id, role),
    'its role changed': ({ world, self, role }) =>
      changeRole(world.deps, self, role, { name: 'Moins', rights: ['help'] }),
    'access closed': ({ world, other, david }) => shutOut(world.deps, other, david.id),
    erasure: ({ world, david }) => erasePerson(world.deps, david, null),
    restriction: async ({ world, other, david }) => {
      const days = { received_on: '2026-11-01', due_on: '2026-12-01', created_at: world.clock.iso() }
      const asked = { person_id: david.id, kind: 'restriction', said: 'x', source: 'self', state: 'open' } as const
      await insertRequest(world.deps.db, { id: 'asked', ...asked, ...days })
      return answer(world.deps, other, 'asked', { decision: 'done', answer: 'Fait.' })
    },
  }

  it.each(Object.keys(WAYS))('keeps it: %s', async (way) => {
    const one = await lastOne()
    await expect(WAYS[way]!(one)).rejects.toMatchObject({ key: LOST })
    const after = (await findPerson(one.world.deps.db, one.david.id))!
    expect(rightsOf(after).has('roles')).toBe(true)
    expect([after.disabled_at, after.restricted_at]).toEqual([null, null])
  })

  it.each(Object.keys(WAYS))('may lose it when somebody else has it: %s', async (way) => {
    const one = await lastOne()
    await grantRole(one.world.deps.db, one.world.id('bastien'), 'administrator', one.world.clock.iso(), null)
    await WAYS[way]!(one)
  })

  it('is nobody who has not come yet, or may not come in', async () => {
    const one = await lastOne()
    const { db } = one.world.deps
    await grantRole(db, one.world.id('bastien'), 'administrator', one.world.clock.iso(), null)
    const never = { email: '', email_key: '', email_verified_at: null, password_hash: null }
    for (const out of [{ invited_at: 'then' }, { disabled_at: 'then' }, { restricted_at: 'then' }, never]) {
      await updatePerson(db, one.world.id('bastien'), {
        invited_at: null,
        disabled_at: null,
        restricted_at: null,
        ...out,
      })
      await expect(WAYS['its role taken back']!(one)).rejects.toMatchObject({ key: LOST })
    }
  })

  it('loses no role of the product either, and an address cannot be corrected away', async () => {
    const world = await startApp()
    const amina = viewerOf(world.id('amina'), 'Amina', ['administrator'])
    await expect(changeRoles(world.deps, amina, world.id('amina'), ['volunteer'])).rejects.toMatchObject({ key: LOST })
    const contact = { given_name: 'A', family_name: 'B', email: '', phone: '', locale: 'fr' }
    await expect(correctContact(world.deps, amina, world.id('amina'), contact)).rejects.toThrow('409')
  })
})

it('changing roles needs the right in the command too', async () => {
  const world = await startApp()
  await giveOnly(world, 'david', ['manage_people'])
  const david = (await findPerson(world.deps.db, world.id('david')))!
  const viewer = viewerOf(david.id, 'David', david.roles, { given: david.given })
  await expect(
    giveRole(world.deps, viewer, world.id('chloe'), { role: david.given[0]!.id, where: '' }),
  ).rejects.toThrow('403')
})
