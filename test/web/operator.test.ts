// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertActivities } from '../../db/queries/fed-activities.ts'
import { markActorGone, saveActor, savePeer } from '../../db/queries/fed-actors.ts'
import { deleteDeliveries, insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { DAY, HOUR, later } from '../../server/base/clock.ts'
import { enqueueMail } from '../../server/mail/queue.ts'
import { checkDatabase } from '../../server/operator/nightly.ts'
import { forgetOldMails, forgetOldSignIns } from '../../server/operator/retention.ts'
import { addressFault, backupMark, diskMark, inUnits, isCheckDue } from '../../server/operator/rules.ts'
import { ROWS_AT_ONCE, transact } from '../../server/web/transact.ts'
import { addMails, count } from '../support/many-rows.ts'
import { startApp, stopApps, type World, type WorldOptions } from '../support/app.ts'

const folders: string[] = []
afterEach(async () => {
  await stopApps()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const OFF = { FEDERATION: 'off' }
async function open(path: string, options: WorldOptions = {}) {
  const world = await startApp(options)
  const b = await world.signIn('amina')
  await b.get(path)
  return { world, b }
}
const audit = async (world: World, prefix: string) =>
  (await world.deps.db.selectFrom('events').selectAll().where('type', 'like', `${prefix}%`).execute()).map(
    ({ type, actor_id, subject_id, details }) => ({
      type,
      actor_id,
      subject_id,
      details: JSON.parse(details) as object,
    }),
  )

describe('the state of the server', () => {
  it('shows in plain words what is well and what is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
    folders.push(folder)
    mkdirSync(join(folder, 'backups'))
    writeFileSync(join(folder, 'backups', '20261122030000.sqlite'), '')
    const { world, b } = await open('/operator', { env: { DATA_DIR: folder, SMTP_URL: 'smtp://127.0.0.1:9' } })
    expect(b.heading).toBe('État du serveur')
    expect(b.text).toMatch(/Base de données Bien .* sera vérifiée cette nuit/)
    expect(b.text).toContain('La dernière est du 22 novembre 2026')
    expect(b.text).toMatch(/libres sur/)
    expect(b.text).toMatch(/Mainforte \d+\.\d+\.\d+, Node/)

    world.clock.set('2026-11-23T02:30:00.000Z')
    await checkDatabase(world.deps)
    await (await world.signIn('amina')).get('/operator').then((page) => expect(page.text).toContain('Vérifiée le'))
  })

  it('points at a proxy that hides the visitors', async () => {
    const world = await startApp()
    const b = await world.signIn('amina')
    await b.get('/operator', { 'x-forwarded-for': '203.0.113.7' })
    expect(b.text).toContain('TRUSTED_PROXIES')
    const behind = await startApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
    const there = await behind.signIn('amina')
    await there.get('/operator', { 'x-forwarded-for': '203.0.113.7' })
    expect(there.text).toContain('203.0.113.7')
    expect(there.text).not.toContain('TRUSTED_PROXIES')
  })

  it('shows a damaged database and a job that failed', async () => {
    const { world, b } = await open('/operator')
    const at = world.clock.iso()
    await world.deps.db
      .insertInto('jobs')
      .values([
        { name: 'quick check', last_run_at: at, last_error: 'row 12 missing from index' },
        { name: 'forget old mails', last_run_at: at, last_error: 'Error: disk full' },
      ])
      // A job may have run since the start.
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ last_error: eb.ref('excluded.last_error') })),
      )
      .execute()
    await b.get('/operator')
    expect(b.text).toContain('abîmée: row 12 missing from index')
    expect(b.text).toContain('forget old mails: Error: disk full')
  })

  it('is for administrators only, with every page and button of it', async () => {
    const world = await startApp()
    const pages = [
      '/operator',
      '/operator/mails',
      '/operator/mails.csv',
      '/operator/federation',
      '/operator/federation.csv',
      '/operator/federation/blocking',
      '/operator/federation/members-only',
      '/operator/federation/hosts/x',
    ]
    const posts = [
      '/operator/mails/retry',
      '/operator/mails/x/retry',
      '/operator/federation/blocking',
      '/operator/federation/members-only',
      '/operator/federation/members-only/end',
      '/operator/federation/members-only/sites',
      ...['retry', 'removal', 'pause', 'resumption', 'unblocking', 'listing', 'leaving-out'].map(
        (change) => `/operator/federation/hosts/x/${change}`,
      ),
    ]
    for (const name of ['bastien', 'chloe', 'elise', 'farid'] as const) {
      const b = await world.signIn(name)
      for (const path of pages) expect((await b.get(path)).status).toBe(403)
      for (const path of posts) expect((await b.post(path, {})).status).toBe(403)
    }
  })
})

describe('the mails', () => {
  const write = (world: World, dedupe: string) =>
    transact(world.deps, (tx) =>
      enqueueMail(tx, world.deps, {
        dedupe,
        to: 'chloe@example.org',
        name: 'Chloé Tremblay',
        locale: 'fr',
        template: 'accounts/password-changed',
        params: { name: 'Chloé', link: 'http://localhost:3000/password/forgot' },
      }),
    )

  it('all that failed are sent again, more than go at a time too, each once', async () => {
    const { world, b } = await open('/operator', { env: { SMTP_URL: 'smtp://127.0.0.1:9' } })
    await addMails(world.deps.db, ROWS_AT_ONCE * 2 + 7, 'failed')
    await b.get('/operator/mails?show=failed')
    await b.press('Tout réessayer')
    expect(await count(world.deps.db, `mails WHERE state = 'failed'`)).toBe(0)
    const lines = await world.deps.db
      .selectFrom('events')
      .select('details')
      .where('type', '=', 'mails.retried')
      .execute()
    expect(lines.map(({ details }) => JSON.parse(details) as unknown)).toEqual([
      { mails: ROWS_AT_ONCE },
      { mails: ROWS_AT_ONCE },
      { mails: 7 },
    ])
  })

  it('without a mail server can be read, and whoever reads one leaves a trace', async () => {
    const { world, b } = await open('/operator/mails')
    expect(b.text).toContain('Rien ici.')
    await write(world, 'a')
    await world.settle()
    await b.get('/operator/mails')
    expect(b.text).toContain('SMTP_URL')
    expect(b.hasButton('Tout réessayer')).toBe(false)
    await b.follow('Votre mot de passe a changé')
    expect(b.text).toContain('Bonjour Chloé')
    expect(b.hasLink('http://localhost:3000/password/forgot')).toBe(true)
    const [mail] = await world.deps.db.selectFrom('mails').select('id').execute()
    expect(await audit(world, 'mail.')).toEqual([
      { type: 'mail.read', actor_id: world.id('amina'), subject_id: mail!.id, details: {} },
    ])
    await b.post(`/operator/mails/${mail!.id}/retry`, {})
    expect(b.status).toBe(409)
  })

  it('with a mail server are for their addressee alone', async () => {
    const { world, b } = await open('/operator', { env: { SMTP_URL: 'smtp://127.0.0.1:9' } })
    await write(world, 'a')
    await world.settle()
    await b.get('/operator/mails')
    expect(b.text).toContain('En attente')
    expect(b.text).toContain('ECONNREFUSED')
    const [mail] = await world.deps.db.selectFrom('mails').select('id').execute()
    expect((await b.get(`/operator/mails/${mail!.id}`)).status).toBe(404)
    await world.deps.db.updateTable('mails').set({ state: 'sent', sent_at: world.clock.iso() }).execute()
    await b.get('/operator/mails?show=sent')
    expect(b.text).toContain('Votre mot de passe a changé')
    expect(b.text).not.toContain('chloe@example.org')
  })

  it('go page by page, and leave as a list that spreadsheets cannot run', async () => {
    const { world, b } = await open('/operator')
    for (let count = 0; count < 25; count += 1) await write(world, `a${count}`)
    await world.settle()
    await world.deps.db.updateTable('mails').set({ subject: '=1+1' }).where('dedupe', '=', 'a3').execute()
    await b.get('/operator/mails')
    await b.follow('La suite')
    expect(b.document.querySelectorAll('tbody tr')).toHaveLength(5)
    expect(b.hasLink('La suite')).toBe(false)
    const csv = await b.get('/operator/mails.csv?show=kept')
    expect(csv.html).toContain("'=1+1")
    expect(csv.html.trim().split('\r\n')).toHaveLength(26)
    expect(csv.html).not.toContain('password/forgot')
    expect(await audit(world, 'mails.')).toEqual([
      { type: 'mails.exported', actor_id: world.id('amina'), subject_id: null, details: { show: 'kept', rows: 25 } },
    ])
  })
})

describe('the friendly servers', () => {
  async function withTrouble() {
    const world = await startApp({ env: OFF })
    const at = world.clock.iso()
    const delivery = {
      inbox: 'https://centre.example/inbox',
      host: 'centre.example:8443',
      order_key: 'x',
      created_at: at,
    }
    await transact(world.deps, async (tx) => {
      await insertDeliveries(tx, [
        { ...delivery, activity_id: 'a', state: 'failed', not_before: at, attempts: 8, last_error: '403 not a member' },
        { ...delivery, activity_id: 'b', state: 'waiting', not_before: later(at, DAY), attempts: 3 },
      ])
      await savePeer(tx, delivery.host, { state: 'dead', failures: 9, next_probe_at: later(at, DAY) })
      const parked = {
        direction: 'in' as const,
        actor: 'https://autre.example/actor',
        body: '{}',
        state: 'parked' as const,
        at,
      }
      await insertActivities(tx, [{ ...parked, id: 'p', type: 'Update', attempts: 5, error: 'no such field' }])
    })
    const b = await world.signIn('amina')
    await b.get('/operator/federation')
    return { world, b }
  }
  const deliveries = (world: World) =>
    world.deps.db.selectFrom('fed_deliveries').select(['activity_id', 'state', 'attempts']).orderBy('id').execute()

  it('show what did not arrive and why, and everything is tried again at once when asked', async () => {
    const { world, b } = await withTrouble()
    expect(b.text).toContain('Absent')
    await b.follow('centre.example:8443')
    expect(b.text).toContain('403 not a member')
    await b.press('Essayer maintenant')
    expect(b.text).toContain('Nous réessayons maintenant.')
    expect(await deliveries(world)).toEqual([
      { activity_id: 'a', state: 'waiting', attempts: 0 },
      { activity_id: 'b', state: 'waiting', attempts: 0 },
    ])
    const peer = await world.deps.db.selectFrom('fed_peers').selectAll().executeTakeFirstOrThrow()
    expect(peer).toMatchObject({ state: 'ok', next_probe_at: null })
    expect(await audit(world, 'deliveries.')).toMatchObject([{ details: { host: 'centre.example:8443' } }])
  })

  it('can be let go of: what failed is forgotten, what waits stays', async () => {
    const { world, b } = await withTrouble()
    await b.follow('centre.example:8443')
    await b.follow('Effacer ce qui n’est pas arrivé')
    expect(b.text).toContain('1 envoi qui n’est pas arrivé est effacé.')
    await b.press('Effacer ce qui n’est pas arrivé')
    expect(await deliveries(world)).toEqual([{ activity_id: 'b', state: 'waiting', attempts: 3 }])
    expect((await b.post('/operator/federation/hosts/nulle.example/removal', {})).status).toBe(404)
  })

  it('show a parked message, to be tried again or left aside', async () => {
    const { world, b } = await withTrouble()
    expect(b.text).toContain('no such field')
    const state = async () =>
      (await world.deps.db.selectFrom('fed_activities').select(['state', 'attempts']).execute())[0]
    await b.press('Essayer de nouveau (Mise à jour, autre.example)')
    expect(await state()).toEqual({ state: 'waiting', attempts: 0 })
    await world.deps.db.updateTable('fed_activities').set({ state: 'parked' }).execute()
    await b.get('/operator/federation')
    await b.follow('Oublier ce message (Mise à jour, autre.example)')
    expect(b.text).toContain('Mise à jour, envoyé par autre.example.')
    expect(await state()).toMatchObject({ state: 'parked' })
    const question = b.url
    await b.press('Oublier ce message')
    expect(await state()).toMatchObject({ state: 'ignored' })
    expect((await b.post('/operator/federation/activities/x/retry', {})).status).toBe(404)
    expect((await b.get(question)).status).toBe(404)
  })

  it('leave as a list, and the person who took it is noted', async () => {
    const { world, b } = await withTrouble()
    const csv = await b.get('/operator/federation.csv')
    expect(csv.html).toContain('centre.example:8443;;Aucune;;Absent;')
    expect(csv.html).toContain(';1;1;')
    expect(await audit(world, 'peers.exported')).toHaveLength(1)
  })
})

describe('the list of sites', () => {
  const LIST = '/operator/federation'
  async function withSites() {
    const world = await startApp({ kind: 'both', env: OFF })
    const { db, clock } = world.deps
    const at = clock.iso()
    const actor = (host: string, name: string) => ({
      uri: `https://${host}/actor`,
      host,
      name,
      type: 'Organization',
      inbox: `https://${host}/inbox`,
      body: '{}',
      fetched_at: at,
    })
    await saveActor(db, actor('conteurs.example', 'Les Conteurs de la Saône'), [])
    await saveActor(db, actor('lent.example', '=1+1'), [])
    await db
      .insertInto('affiliations')
      .values({
        id: 'aff',
        partner_uri: 'https://conteurs.example/actor',
        partner_is: 'member',
        partner_name: 'Les Conteurs de la Saône',
        partner_url: 'https://conteurs.example/',
        state: 'active',
        requested_at: at,
        decided_at: at,
      })
      .execute()
    const unanswering = {
      state: 'failing' as const,
      first_failed_at: '2026-11-20T09:00:00.000Z',
      last_error: 'timeout',
    }
    await savePeer(db, 'lent.example', unanswering)
    await savePeer(db, 'conteurs.example', { last_seen_at: at })
    for (let n = 0; n < 25; n += 1) await savePeer(db, `site-${n}.example`, { note: '' })
    const b = await world.signIn('amina')
    await b.get(LIST)
    return { world, b }
  }
  const names = (b: { document: Document }) =>
    [...b.document.querySelectorAll('tbody th a')].map((link) => link.textContent)

  it('is empty at first, and names what will stand there', async () => {
    const { b } = await open(LIST, { env: OFF })
    expect(b.text).toContain('Aucun site pour le moment')
    expect(b.text).toContain('FEDERATION=off')
    expect(b.hasLink('Télécharger cette liste')).toBe(false)
  })

  it('goes page by page, what needs a look first, and is searched by name, domain and state', async () => {
    const { b } = await withSites()
    expect(names(b)).toHaveLength(20)
    expect(names(b)[0]).toBe('=1+1')
    expect(b.text).toContain('Aucune réponse depuis le 20 novembre 2026')
    expect(b.text).toContain('Le site n’a pas répondu à temps. (timeout)')
    await b.follow('La suite')
    expect(names(b)).toHaveLength(7)
    await b.get(LIST)
    await b.fill('Nom ou domaine', 'saone').press('Chercher')
    expect(names(b)).toEqual(['Les Conteurs de la Saône'])
    expect(b.text).toContain('Association membre')
    await b.fill('Nom ou domaine', 'site-1').press('Chercher')
    expect(names(b)).toHaveLength(11)
    expect([b.url.includes('site-1'), b.text.includes('Recherche: site-1')]).toEqual([false, true])
    expect((await b.get(b.url.replace(LIST, `${LIST}.csv`))).html.trim().split('\r\n')).toHaveLength(12)
    await b.get(LIST)
    await b.fill('Nom ou domaine', 'x'.repeat(300)).press('Chercher')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, ['Nom ou domaine']])
    await b.fill('Nom ou domaine', 'nulle part').press('Chercher')
    expect(b.text).toContain('Aucun site ne correspond.')
    await b.get(`${LIST}?state=silent`)
    expect(names(b)).toEqual(['=1+1'])
    expect((await b.get(`${LIST}?state=none&page=99`)).text).toContain('Page 2 sur 2')
    const csv = await b.get(`${LIST}.csv?state=silent`)
    expect(csv.html).toContain('\'=1+1";Aucune;;Ne répond pas;')
    expect(csv.html.trim().split('\r\n')).toHaveLength(2)
  })

  it('finds a site by the name of its one account, but not by that of one among many, nor of one that is gone', async () => {
    const { world, b } = await withSites()
    const actor = (host: string, handle: string, name: string) => ({
      uri: `https://${host}/${handle}`,
      host,
      name,
      type: 'Person',
      inbox: `https://${host}/inbox`,
      body: '{}',
      fetched_at: world.deps.clock.iso(),
    })
    await saveActor(world.deps.db, actor('atelier.example', 'a', 'L’Atelier des Éclairés'), [])
    await saveActor(world.deps.db, actor('foule.example', 'a', 'Éclair'), [])
    await saveActor(world.deps.db, actor('foule.example', 'b', 'Autre'), [])
    // A partner is shown by the name of the relation.
    await saveActor(world.deps.db, actor('conteurs.example', 'actor', 'Les Éclaireurs'), [])
    const found = async (words: string) => {
      await b.get(LIST)
      await b.fill('Nom ou domaine', words).press('Chercher')
      return names(b)
    }
    expect(await found('ECLAIR')).toEqual(['L’Atelier des Éclairés'])
    expect(await found('foule')).toEqual(['foule.example'])
    expect(await found('saône')).toEqual(['Les Conteurs de la Saône'])
    await markActorGone(world.deps.db, 'https://foule.example/b', world.deps.clock.iso())
    expect(await found('eclair')).toEqual(['L’Atelier des Éclairés', 'Éclair'])
    await world.deps.db.deleteFrom('fed_actors').where('host', '=', 'atelier.example').execute()
    expect(await found('eclair')).toEqual(['Éclair'])
  })

  it('puts what needs a look first, then by host, and shows how many there are of each', async () => {
    const { world, b } = await withSites()
    const { db, clock } = world.deps
    const at = clock.iso()
    const delivery = { inbox: 'https://x.example/inbox', order_key: 'x', created_at: at, not_before: at }
    await insertDeliveries(db, [
      { ...delivery, activity_id: 'a', host: 'un.example:8443', state: 'failed', last_error: 'http 403' },
      { ...delivery, activity_id: 'b', host: 'attend.example', state: 'waiting' },
    ])
    await savePeer(db, 'parti.example', { state: 'dead', first_failed_at: at })
    await savePeer(db, 'calme.example', { paused_at: at })
    await savePeer(db, 'site-7.example', { state: 'blocked', blocked_at: at })
    const parked = { direction: 'in', type: 'Like', body: '{}', state: 'parked', at } as const
    await insertActivities(db, [{ ...parked, id: 'p', actor: 'https://site-9.example/actor' }])
    const csv = (await b.get(`${LIST}.csv`)).html.trim().split('\r\n')
    const hosts = csv.map((line) => line.split(';')[0]!.replaceAll('"', ''))
    expect(hosts.slice(1, 9)).toEqual([
      'site-9.example',
      'un.example:8443',
      'lent.example',
      'parti.example',
      'attend.example',
      'calme.example',
      'conteurs.example',
      'site-0.example',
    ])
    expect([hosts.length, hosts.at(-1)]).toEqual([32, 'site-7.example'])
    await b.get(LIST)
    const states = [...b.document.querySelectorAll('select[name=state] option')].map((one) => one.textContent)
    expect(states).toContain('Bloqué (1)')
    expect(states).toContain('En pause (1)')
    await b.get(`${LIST}?state=waiting`)
    expect(names(b)).toEqual(['attend.example'])
    const waited = db.selectFrom('fed_deliveries').select('id').where('host', '=', 'attend.example')
    await deleteDeliveries(db, [(await waited.executeTakeFirstOrThrow()).id])
    expect((await b.get(`${LIST}/hosts/attend.example`)).status).toBe(404)
  })

  it('leads to each site, with what it is to us', async () => {
    const { b } = await withSites()
    await b.follow('Les Conteurs de la Saône')
    expect(b.heading).toBe('Les Conteurs de la Saône')
    expect(b.text).toContain('conteurs.example')
    expect(b.text).toContain('depuis le 22 novembre 2026')
    expect(b.hasLink('Voir la relation')).toBe(true)
    expect(b.hasButton('Essayer maintenant')).toBe(false)
    expect((await b.get(`${LIST}/hosts/nulle.example`)).status).toBe(404)
  })

  it('blocks a site that is not known yet, by whatever its name is typed as', async () => {
    const { world, b } = await withSites()
    await b.follow('Bloquer un site')
    const answer = async (typed: string) => {
      await b.get(`${LIST}/blocking`)
      await b.fill('Nom du site', typed).press('Voir ce que cela change')
      if (b.status === 422) expect(b.value('Nom du site')).toBe(typed)
      return b.errors()['Nom du site']
    }
    expect(await answer('')).toBe('Il manque le nom du site.')
    expect(await answer('un mot')).toContain('Ce nom n’est pas complet.')
    expect(await answer('localhost:3000')).toContain('votre propre site')
    expect(await answer('https://EXAMPLE/')).toContain('pas complet')
    expect(await answer('@marie.inventee@spam.example')).toBeUndefined()
    expect(b.url).toBe(`${LIST}/blocking?host=spam.example`)
    expect(await answer('*.SPAM.Example')).toBeUndefined()
    expect(b.heading).toContain('spam.example')
    expect(b.text).toContain('Rien de ce site n’est chez vous en ce moment.')
    expect(await audit(world, 'peer.')).toEqual([])
    await b.fill('Votre note', 'x'.repeat(501)).press('Bloquer ce site')
    expect(b.status).toBe(422)
    expect(b.errors()['Votre note']).toBeDefined()
    await b.fill('Votre note', 'Fausses annonces').press('Bloquer ce site')
    expect(b.heading).toBe('spam.example')
    expect(b.text).toContain('Fausses annonces')
    expect(await audit(world, 'peer.')).toMatchObject([{ type: 'peer.blocked', actor_id: world.id('amina') }])
    expect(JSON.stringify(await audit(world, 'peer.'))).not.toContain('Fausses')
    expect((await b.get(`${LIST}/blocking?host=spam.example`)).heading).toBe('spam.example')
    expect((await b.post(`${LIST}/blocking`, { host: 'un.spam.example', note: '' })).status).toBe(409)
    expect((await b.post(`${LIST}/blocking`, { host: 'localhost:3000', note: '' })).status).toBe(422)
    expect((await b.post(`${LIST}/blocking`, { host: '', note: '' })).status).toBe(422)
  })

  it('offers the name one knows when an address was pasted with more before it', async () => {
    const { b } = await withSites()
    await b.get(`${LIST}/blocking`)
    await b.fill('Nom du site', 'https://www.conteurs.example/annonces').press('Voir ce que cela change')
    expect(b.text).toContain('Le site que vous connaissez s’appelle conteurs.example.')
    await b.follow('Bloquer plutôt conteurs.example')
    expect(b.heading).toContain('Bloquer conteurs.example')
    expect(b.text).toContain('L’adhésion de « Les Conteurs de la Saône » se termine.')
    expect(b.text).not.toContain('Le site que vous connaissez')
  })

  it('shows what lies under a block, which is lifted where it was made', async () => {
    const { world, b } = await withSites()
    await savePeer(world.deps.db, 'un.site-1.example', { note: '' })
    await b.get(`${LIST}/blocking?host=site-1.example`)
    expect(b.text).toContain('Sites connus sous ce nom')
    await b.press('Bloquer ce site')
    await b.get(`${LIST}?state=blocked`)
    expect(names(b)).toEqual(['site-1.example', 'un.site-1.example'])
    await b.follow('un.site-1.example')
    expect(b.text).toContain('Bloqué avec site-1.example.')
    expect(b.hasLink('Débloquer')).toBe(false)
    expect((await b.post(`${LIST}/hosts/un.site-1.example/unblocking`, {})).status).toBe(404)
    expect((await b.post(`${LIST}/hosts/un.site-1.example/pause`, {})).status).toBe(409)
    await b.get(`${LIST}/hosts/site-1.example`)
    await b.follow('Débloquer')
    await b.press('Débloquer')
    expect((await b.get(`${LIST}?state=blocked`)).text).toContain('Aucun site ne correspond.')
  })

  it('keeps a site in the list by its name, before anybody is left out', async () => {
    const { world, b } = await withSites()
    await b.get(`${LIST}/members-only`)
    expect(b.text).toContain('26 sites seraient laissés de côté')
    await b.fill('Nom du site', 'un mot').press('Ajouter')
    expect(b.status).toBe(422)
    expect(b.errors()['Nom du site']).toContain('pas complet')
    await b.fill('Nom du site', 'nouveau.example').press('Ajouter')
    expect(b.text).toContain('2 sites restent')
    await b.press('Ajouter à la liste lent.example')
    expect(b.text).toContain('25 sites seraient laissés de côté')
    await b.press('Ne parler qu’avec nos partenaires')
    expect((await b.get(`${LIST}?state=left_out`)).text).toContain('25 sites')
    // Later than a second press.
    world.clock.advance(11_000)
    expect((await b.post(`${LIST}/members-only`, {})).status).toBe(409)
  })
})

describe('what is forgotten by itself', () => {
  it('mails after thirty days, unless they still wait', async () => {
    const { world } = await open('/operator')
    const base = { template: 't', to_email: 'x@example.org', locale: 'fr', subject: 's', body_text: '', body_html: '' }
    const at = world.clock.iso()
    for (const [state, days] of [
      ['sent', 29],
      ['sent', 31],
      ['failed', 31],
      ['kept', 31],
      ['queued', 31],
    ] as const)
      await world.deps.db
        .insertInto('mails')
        .values({
          ...base,
          id: `${state}${days}`,
          dedupe: `${state}${days}`,
          state,
          not_before: at,
          created_at: later(at, -days * DAY),
        })
        .execute()
    await forgetOldMails(world.deps)
    const left = await world.deps.db.selectFrom('mails').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(['queued31', 'sent29'])
  })

  it('who signed in when, after a year; the rest of the audit stays', async () => {
    const { world } = await open('/operator')
    const old = later(world.clock.iso(), -366 * DAY)
    const event = { actor_id: null, subject_id: null, details: '{}' }
    await world.deps.db
      .insertInto('events')
      .values([
        { ...event, at: old, type: 'session.signed_in' },
        { ...event, at: later(old, 2 * DAY), type: 'session.signed_in' },
        { ...event, at: old, type: 'person.roles_changed' },
      ])
      .execute()
    await forgetOldSignIns(world.deps)
    const left = await world.deps.db
      .selectFrom('events')
      .select(['type', 'at'])
      .where('at', '<', later(old, 9 * DAY))
      .execute()
    expect(left.map(({ type }) => type)).toEqual(['session.signed_in', 'person.roles_changed'])
  })
})

describe('the checks', () => {
  it.each([
    [undefined, 12, true],
    ['2026-11-21T03:00:00Z', 12, false],
    ['2026-11-21T03:00:00Z', 3, true],
    ['2026-11-22T02:10:00Z', 4, false],
    ['2026-11-19T03:00:00Z', 12, true],
  ])('of a database seen last at %s and asked at %d o’clock is due: %s', (last, hour, due) => {
    const now = new Date(`2026-11-22T${String(hour).padStart(2, '0')}:30:00Z`)
    expect(isCheckDue(now, last, DAY, hour)).toBe(due)
  })

  it('know when a disk or a backup needs a hand', () => {
    expect([
      diskMark({ free: 50e9, total: 100e9 }),
      diskMark({ free: 4e9, total: 100e9 }),
      diskMark({ free: 50e6, total: 1e9 }),
    ]).toEqual(['ok', 'wait', 'stop'])
    expect([backupMark(HOUR), backupMark(2 * DAY), backupMark(8 * DAY), backupMark(undefined)]).toEqual([
      'ok',
      'wait',
      'stop',
      'stop',
    ])
    expect(inUnits(487_424)).toEqual({ value: 487, unit: 'kilobyte' })
    expect(inUnits(1_250_000)).toEqual({ value: 1.3, unit: 'megabyte' })
    expect(inUnits(0)).toEqual({ value: 0, unit: 'byte' })
  })

  it('separate a hidden visitor from one who comes straight', () => {
    const seen = { proxies: 0, forwarded: false, direct: '127.0.0.1', isHttps: false }
    expect(addressFault(seen)).toBeUndefined()
    expect(addressFault({ ...seen, forwarded: true })).toBe('proxy_untrusted')
    expect(addressFault({ ...seen, isHttps: true })).toBe('proxy_absent')
    expect(addressFault({ ...seen, proxies: 1, forwarded: true, isHttps: true })).toBeUndefined()
  })
})
