// SPDX-License-Identifier: AGPL-3.0-or-later
// The second factor is required of those who see other people's data, some days after the role was given.
import { afterEach, describe, expect, it } from '@jest/globals'
import { Secret, TOTP } from 'otpauth'
import { grantRole } from '../../db/queries/people.ts'
import { DAY } from '../../server/base/clock.ts'
import { routes } from '../../server/routes.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const required = () => startApp({ kind: 'both', env: { SECOND_FACTOR: 'required' } })
const GRACE = 14 * DAY

async function setUp(world: World, b: Browser): Promise<string[]> {
  await b.post('/my/security/second-factor', { password: PASSWORD })
  const secret = b.document.querySelector('.box b')!.textContent!.replaceAll(' ', '')
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = totp.generate({ timestamp: world.clock.now().getTime() })
  await b.post('/my/security/second-factor/confirmation', { code })
  return [...b.document.querySelectorAll('code')].map((one) => one.textContent!)
}

describe('web M8: the second factor of staff', () => {
  it('is announced with its day, and nothing is closed before', async () => {
    const world = await required()
    const b = await world.signIn('bastien')
    await b.get('/my')
    expect(b.text).toContain('À partir du 6 décembre 2026, un code sur votre téléphone sera demandé')
    world.clock.advance(GRACE - 1)
    const later = await world.signIn('bastien')
    expect([(await later.get('/work/people')).url, later.status]).toEqual(['/work/people', 200])
    expect((await (await world.signIn('chloe')).get('/my')).text).not.toContain('téléphone sera demandé')
  })

  it('is led to by every page for staff after fourteen days, and they open once it is there', async () => {
    const world = await required()
    world.clock.advance(GRACE)
    const b = await world.signIn('amina')
    const staff = routes.filter(({ who }) => !['anyone', 'signedIn'].includes(String(who)))
    expect(staff.length).toBeGreaterThan(100)
    for (const { method, path } of staff) {
      const address = path.replaceAll(/:\w+/g, world.id('chloe'))
      await (method === 'get' ? b.get(address) : b.post(address, {}))
      expect([method, path, b.url]).toEqual([method, path, '/my/security'])
    }
    expect(b.text).toContain('Pour ouvrir les pages de l’équipe, mettez en place la double vérification.')
    expect((await b.get('/my/profile')).url).toBe('/my/profile')
    expect(await setUp(world, b)).toHaveLength(8)
    expect([(await b.get('/operator')).url, b.status]).toEqual(['/operator', 200])
  })

  it('leaves fourteen days to whoever is new in the team, and to those of before an update', async () => {
    const world = await required()
    world.clock.advance(300 * DAY)
    await grantRole(world.deps.db, world.id('david'), 'coordinator', world.clock.iso(), null)
    const b = await world.signIn('david')
    expect((await b.get('/work/people')).url).toBe('/work/people')
    const fact = { key: 'second_factor_from', value: world.clock.iso() }
    await world.deps.db.insertInto('instance_facts').values(fact).execute()
    expect((await (await world.signIn('bastien')).get('/work/people')).url).toBe('/work/people')
    world.clock.advance(GRACE)
    for (const name of ['david', 'bastien'] as const)
      expect((await (await world.signIn(name)).get('/work/people')).url).toBe('/my/security')
  })

  it('goes away for a password and a code only, and ten guesses at the code are all', async () => {
    const world = await required()
    const b = await world.signIn('bastien')
    const [spare] = await setUp(world, b)
    for (const path of ['/my/security/second-factor/removal', '/my/security/codes']) {
      await b.post(path, { password: PASSWORD })
      expect([path, b.status, b.errors()['Le code']]).toEqual([path, 422, expect.any(String)])
    }
    const answers: number[] = []
    for (let n = 0; n < 11; n++) {
      await b.post('/my/security/second-factor/removal', { password: PASSWORD, code: String(100_000 + n) })
      answers.push(b.status)
    }
    expect([answers[0], answers.at(-1)]).toEqual([422, 429])
    world.clock.advance(15 * 60_000)
    await b.post('/my/security/second-factor/removal', { password: 'faux', code: spare! })
    expect(b.status).toBe(422)
    await b.post('/my/security/second-factor/removal', { password: PASSWORD, code: spare! })
    expect(b.text).toContain('La double vérification est arrêtée.')
  })
})
