// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer of several associations gathers their attestations: each is checked at the site that signed it, by real HTTP.
import { afterEach, describe, expect, it } from '@jest/globals'
import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { findCredentialKey } from '../../db/queries/attestations.ts'
import { findPerson } from '../../db/queries/people.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { portAt } from '../support/ports.ts'

afterEach(stopApps)

const FORM = {
  kind: 'volunteer',
  language: 'fr',
  from: '2025-01-01',
  until: '2025-12-31',
  signatory: 'Amina Benali',
  signatory_role: 'présidente',
  place: 'Dijon',
}

/** Another port for each test: the one before may not be free yet. */
let opened = 0

type Two = { here: World; other: World; link: string; jwt: string; chloe: Browser; coordinator: Browser }

/** Two associations; the other one attested ten hours of Chloé, and calls itself Le Relais. */
async function start(allow = true): Promise<Two> {
  const port = portAt(80 + (opened++ % 15))
  const home = `http://127.0.0.1:${port}`
  const here = await startApp(allow ? { env: { FEDERATION_ALLOW_HOSTS: `127.0.0.1:${port}` } } : {})
  const other = await startApp({ env: { PUBLIC_URL: home, PORT: String(port) } })
  await other.deps.db.updateTable('association').set({ name: 'Le Relais' }).execute()
  for (const world of [here, other]) {
    const { id: category_id } = await world.deps.db
      .selectFrom('hours_categories')
      .select('id')
      .executeTakeFirstOrThrow()
    const line = {
      person_id: world.id('chloe'),
      source: 'self',
      state: 'approved',
      created_at: '',
      category_id,
    } as const
    const minutes = world === here ? 90 : 600
    await world.deps.db
      .insertInto('hours_entries')
      .values({ ...line, id: 'a', worked_on: '2025-03-01', minutes })
      .execute()
  }
  const coordinator = await other.signIn('bastien')
  await coordinator.post(`/work/people/${other.id('chloe')}/attestations`, FORM)
  const { id, code } = await other.deps.db.selectFrom('attestations').select(['id', 'code']).executeTakeFirstOrThrow()
  const holder = await other.signIn('chloe')
  const jwt = (await holder.get(`/my/attestations/${id}.jwt`)).html.trim()
  return { here, other, link: `${home}/attestations/${code}`, jwt, chloe: await here.signIn('chloe'), coordinator }
}

async function add(b: Browser, typed: string): Promise<Browser> {
  await b.get('/my/gathered')
  return b.fill('L’adresse de vérification, ou l’attestation signée', typed).press('Vérifier et ajouter')
}
const kept = (world: World) => world.deps.db.selectFrom('gathered_attestations').selectAll().execute()
const fault = (b: Browser) => b.errors()['L’adresse de vérification, ou l’attestation signée']

describe('an attestation of another association', () => {
  it('comes in by its address, once, and the page adds up hours by association and year', async () => {
    const { here, link, chloe } = await start()
    await add(chloe, link)
    expect([chloe.status, chloe.heading]).toEqual([200, 'Mes heures, partout'])
    expect(chloe.text).toContain('L’attestation est vérifiée et ajoutée.')
    expect(chloe.text).toContain('Le Relais 2025 10 h')
    expect(chloe.text).toContain('Les Jardins du Canal 2025 1 h 30')
    expect(chloe.text).toContain('Ensemble 11 h 30')
    here.clock.advance(11_000)
    await add(chloe, link)
    expect(chloe.text).toContain('Cette attestation est déjà ici.')
    expect(await kept(here)).toHaveLength(1)
    // It is in the person's own data, and in nobody else's page.
    expect((await chloe.get('/my/data.json')).html).toContain('Le Relais')
    const david = await here.signIn('david')
    expect((await david.get('/my/gathered')).text).not.toContain('Le Relais')
  })

  it('comes in as the signed file', async () => {
    const { here, jwt, chloe } = await start()
    await chloe.get('/my/gathered')
    chloe.attach('Ou le fichier signé (.jwt)', { name: 'a.jwt', type: 'text/plain', bytes: Buffer.from(jwt) })
    await chloe.press('Vérifier et ajouter')
    expect(await kept(here)).toMatchObject([{ minutes: 600, state: 'valid', person_name: 'Chloé Tremblay' }])
  })

  it('that was withdrawn is shown as such when it is looked at again, and counts no more', async () => {
    const { here, other, link, chloe, coordinator } = await start()
    await add(chloe, link)
    const { id } = await other.deps.db.selectFrom('attestations').select('id').executeTakeFirstOrThrow()
    await coordinator.post(`/work/attestations/${id}/withdrawal`, {})
    await chloe.get('/my/gathered')
    expect(chloe.text).toContain('Vérifiée')
    await chloe.press('Vérifier de nouveau')
    expect(chloe.text).toContain('Retirée par l’association')
    expect(chloe.text).not.toContain('Le Relais 2025')
    expect(await kept(here)).toMatchObject([{ state: 'withdrawn' }])
    await chloe.press('Retirer Le Relais')
    expect(await kept(here)).toEqual([])
  })

  it('asks each address once when several are looked at again', async () => {
    const { here, other, chloe, coordinator } = await start()
    await coordinator.post(`/work/people/${other.id('chloe')}/attestations`, { ...FORM, until: '2025-11-30' })
    const two = await other.deps.db.selectFrom('attestations').select('code').execute()
    for (const { code } of two) await add(chloe, `${other.deps.config.publicUrl}/attestations/${code}`)
    expect(await kept(here)).toHaveLength(2)
    const { directory } = here.deps
    const read = directory.readText
    const asked: string[] = []
    directory.readText = (url) => {
      asked.push(url.replace(/[^/]+$/, ''))
      return read(url)
    }
    await chloe.press('Vérifier de nouveau')
    expect(chloe.text).toContain('C’est vérifié.')
    expect(asked.map((url) => new URL(url).pathname)).toEqual(['/credentials/keys/', '/credentials/status/'])
  })

  it('goes with the person', async () => {
    const { here, link, chloe } = await start()
    await add(chloe, link)
    const person = await findPerson(here.deps.db, here.id('chloe'))
    await erasePerson(here.deps, person!, null)
    expect(await kept(here)).toEqual([])
  })
})

const decode = (part: string) => Buffer.from(part, 'base64url').toString('latin1')

/** With another claim than the one that was signed. */
function changed(jwt: string, change: (claims: Record<string, unknown>) => void): string {
  const [head, body, signature] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(body!, 'base64url').toString()) as Record<string, unknown>
  change(claims)
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

describe('refused with a reason, and nothing is kept', () => {
  it.each<[string, (two: Two) => string | Promise<string>, string]>([
    ['a text that is none', () => 'bonjour', 'Ce n’est pas une attestation signée.'],
    [
      'hours that were added',
      ({ jwt }) =>
        changed(jwt, (claims) => void ((claims['credentialSubject'] as { creditsEarned: number }).creditsEarned = 900)),
      'La signature n’est pas celle de cette association.',
    ],
    [
      'another issuer',
      ({ jwt }) => changed(jwt, (claims) => void (claims['iss'] = 'http://autre.example/credentials/issuer')),
      'La signature n’est pas celle de cette association.',
    ],
    ['an address without one', ({ link }) => `${link}x`, 'Nous n’avons pas trouvé d’attestation à cette adresse.'],
    ['an address of this machine', () => 'http://127.0.0.1:1/attestations/x', 'Nous n’avons pas trouvé d’attestation'],
  ])('%s', async (_what, typed, reason) => {
    const two = await start()
    await add(two.chloe, await typed(two))
    expect([two.chloe.status, fault(two.chloe)]).toEqual([422, expect.stringContaining(reason)])
    expect(await kept(two.here)).toEqual([])
  })

  it('that of somebody else', async () => {
    const { here, link } = await start()
    const david = await here.signIn('david')
    await add(david, link)
    expect([david.status, fault(david)]).toEqual([422, expect.stringContaining('au nom de Chloé Tremblay')])
    expect(await kept(here)).toEqual([])
  })

  it('one that does not say the name', async () => {
    const { here, other, jwt, chloe } = await start()
    const [head, body] = jwt.split('.', 2).map((part) => JSON.parse(decode(part)) as Record<string, unknown>)
    const subject = body!['credentialSubject'] as { identifier: { hashed: boolean; identityHash: string }[] }
    Object.assign(subject.identifier[0]!, { hashed: true, identityHash: 'sha256$4f2a' })
    const key = await findCredentialKey(other.deps.db)
    const pem = other.deps.secrets.open(key!.private_sealed, 'credential key')
    const signed = await new SignJWT(body!).setProtectedHeader(head as { alg: string }).sign(createPrivateKey(pem))
    await add(chloe, signed)
    expect([chloe.status, fault(chloe)]).toEqual([422, expect.stringContaining('ne dit pas à quel nom')])
    expect(await kept(here)).toEqual([])
  })

  it('one whose site may not be asked', async () => {
    const { here, jwt, chloe } = await start(false)
    await add(chloe, jwt)
    expect([chloe.status, fault(chloe)]).toEqual([422, expect.stringContaining('ne répond pas')])
    expect(await kept(here)).toEqual([])
  })
})
