// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { Secret, TOTP } from 'otpauth'
import { updatePerson } from '../../db/queries/people.ts'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { createAdministrator, resetPassword } from '../../server/accounts/commands/operator.ts'
import { announceSetUp } from '../../server/accounts/first-start.ts'
import { emailKey } from '../../server/web/fields.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD, type Name } from '../support/world.ts'

/** Which hashes a password was compared with, oldest first. */
const compared: string[] = []
jest.mock('@node-rs/argon2', () => {
  const real = jest.requireActual<typeof import('@node-rs/argon2')>('@node-rs/argon2')
  const verify: typeof real.verify = (stored, ...rest) => {
    compared.push(String(stored))
    return real.verify(stored, ...rest)
  }
  return { ...real, verify }
})

afterEach(stopApps)

const LOGIN = 'Votre e-mail ou votre numéro de membre'
const WORD = 'Votre mot de passe'
const NEW = 'Votre nouveau mot de passe'
const GOOD = 'radis violette caravane'

async function tryIn(b: Browser, login: string, password: string): Promise<Browser> {
  await b.get('/sign-in')
  return b.fill(LOGIN, login).fill(WORD, password).press('Me connecter')
}

async function shareMailbox(world: World, name: Name, withWhom: Name, password = PASSWORD): Promise<void> {
  const email = `${withWhom}@example.org`
  const password_hash = await hashPassword(world.deps, password)
  await updatePerson(world.deps.db, world.id(name), { email, email_key: emailKey(email), password_hash })
}

async function isIn(b: Browser): Promise<boolean> {
  await b.get('/my/security')
  return b.url === '/my/security' && b.status === 200
}

describe('with a password', () => {
  it.each([['bastien@example.org'], [' Bastien@Example.ORG '], ['1002'], ['n° 1002']])(
    'lets Bastien in who writes « %s »',
    async (login) => {
      const world = await startApp()
      const b = await tryIn(world.browser(), login, PASSWORD)
      expect(b.url).toBe('/work')
      expect(b.heading).toBe('Ce qui vous attend')
    },
  )

  it('answers the same to a wrong password, an unknown address and an unknown number', async () => {
    const world = await startApp()
    const answers = []
    for (const login of ['bastien@example.org', 'personne@example.org', '1002', '9999']) {
      const b = await tryIn(world.browser(), login, 'pas le bon mot de passe')
      answers.push([b.status, b.errors(), b.title, b.text])
      expect(b.value(LOGIN)).toBe(login)
      expect(b.value(WORD)).toBe('')
      expect(b.html).not.toContain('pas le bon')
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]!.slice(0, 2)).toEqual([422, { [WORD]: expect.stringContaining('ne va pas avec') }])
  })

  it('asks for what is missing, beside each field, in French and in English', async () => {
    const world = await startApp()
    const b = await tryIn(world.browser(), '', '')
    expect(b.status).toBe(422)
    expect(b.title).toMatch(/^Erreur/)
    expect(Object.keys(b.errors())).toEqual([LOGIN, WORD])
    const english = world.browser('en')
    await english.get('/sign-in')
    await english.press('Sign in')
    expect(english.errors()).toEqual({
      'Your e-mail or member number': 'Enter your e-mail address or your member number.',
      'Your password': 'Enter your password.',
    })
  })

  it('is in the language of the account once signed in', async () => {
    const world = await startApp()
    await updatePerson(world.deps.db, world.id('chloe'), { locale: 'en' })
    const b = await tryIn(world.browser(), 'chloe@example.org', PASSWORD)
    expect(b.heading).toBe('Hello Chloé')
  })

  it.each([
    ['/my/profile', '/my/profile'],
    ['//evil.test', '/work'],
    ['https:evil.test', '/work'],
    ['https://evil.test/my', '/work'],
    ['/\\evil.test', '/work'],
    ['/%09/evil.test', '/work'],
    ['javascript:alert(1)', '/work'],
    ['\t//evil.test', '/work'],
  ])('goes on to %s only when that is ours', async (next, to) => {
    const world = await startApp()
    const b = world.browser()
    await b.get(`/sign-in?next=${encodeURIComponent(next)}`)
    await b.fill(LOGIN, '1002').fill(WORD, PASSWORD).press('Me connecter')
    expect(new URL(b.url, 'http://localhost').host).toBe('localhost')
    if (next !== '/%09/evil.test') expect(b.url).toBe(to)
    const forged = world.browser()
    await forged.get('/sign-in')
    await forged.post('/sign-in', { login: '1002', password: PASSWORD, next })
    expect(forged.url.startsWith('/')).toBe(true)
    if (next !== '/%09/evil.test') expect(forged.url).toBe(to)
  })

  it('comes back to the page that asked for the sign-in', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.get('/work/people?who=team')
    expect(b.url).toBe('/sign-in?next=%2Fwork%2Fpeople%3Fwho%3Dteam')
    await b.fill(LOGIN, '1002').fill(WORD, PASSWORD).press('Me connecter')
    expect(b.url).toBe('/work/people?who=team')
  })

  it('refuses the eleventh wrong try for one login, but not to its owner elsewhere', async () => {
    const world = await startApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
    const from = (ip: string, login: string, password: string, path = '/sign-in') =>
      world.browser().post(path, { login, password }, { 'x-forwarded-for': ip })
    for (let n = 0; n < 10; n++) {
      const path = ['/sign-in', '/sign-in/', '/Sign-In'][n % 3]!
      expect((await from('2001:db8:0:aa00::1', 'Bastien@example.org', 'faux faux faux', path)).status).toBe(422)
    }
    const refused = await from('2001:db8:0:aa77::9', 'bastien@example.org', PASSWORD)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('900')
    expect(refused.text).toContain('Trop d’essais')
    expect((await from('2001:db8:0:bb00::1', 'bastien@example.org', PASSWORD)).url).toBe('/work')
    expect((await from('2001:db8:0:aa00::1', 'chloe@example.org', PASSWORD)).url).toBe('/my')
    world.clock.advance(15 * 60_000)
    expect((await from('2001:db8:0:aa00::1', 'bastien@example.org', PASSWORD)).url).toBe('/work')
  })

  it('believes no address that an unknown person sends along', async () => {
    const world = await startApp()
    const answers = []
    for (let n = 0; n < 11; n++) {
      const b = world.browser()
      await b.post('/sign-in', { login: '1002', password: 'faux faux faux' }, { 'x-forwarded-for': `192.0.2.${n}` })
      answers.push(b.status)
    }
    expect(answers.at(-1)).toBe(429)
  })

  it('refuses the thirty-first wrong try from one network, whoever it is for', async () => {
    const world = await startApp()
    let last = 0
    for (let n = 0; n < 31; n++) {
      const b = await world.browser().post('/sign-in', { login: `quelqu.un.${n}@example.org`, password: 'faux faux' })
      last = b.status
    }
    expect(last).toBe(429)
  })

  it('gives a network nothing back for the wrong tries when one right password comes between them', async () => {
    const world = await startApp()
    const tryOne = (n: number) =>
      world.browser().post('/sign-in', { login: `quelqu.un.${n}@example.org`, password: 'faux faux' })
    for (let n = 0; n < 29; n++) expect((await tryOne(n)).status).toBe(422)
    expect((await tryIn(world.browser(), '1002', PASSWORD)).url).toBe('/work')
    expect([(await tryOne(29)).status, (await tryOne(30)).status]).toEqual([422, 429])
  })

  it('counts no one who comes in, and keeps no address in what it counts', async () => {
    const world = await startApp()
    for (let n = 0; n < 31; n++) expect((await tryIn(world.browser(), '1002', PASSWORD)).url).toBe('/work')
    await tryIn(world.browser(), 'chloe@example.org', 'faux faux faux')
    const rows = await world.deps.db.selectFrom('throttle').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/chloe|127\.0\.0\.1|1002/)
  })

  it('costs as many hashes, each at the full price, for somebody we know as for somebody we do not', async () => {
    const world = await startApp({ env: { NODE_ENV: 'production' } })
    const password_hash = await hashPassword(world.deps, GOOD)
    await updatePerson(world.deps.db, world.id('bastien'), { password_hash })
    const prices = async (login: string) => {
      compared.length = 0
      await world.browser().post('/sign-in', { login, password: 'pas le bon mot de passe' })
      return compared.map((stored) => stored.split('$').slice(1, 4).join(' '))
    }
    const full = Array(4).fill('argon2id v=19 m=19456,t=2,p=1')
    for (const login of ['bastien@example.org', 'personne@example.org', '1002', '9999'])
      expect([login, await prices(login)]).toEqual([login, full])
  })

  it('lets nobody in whose access is closed', async () => {
    const world = await startApp()
    await updatePerson(world.deps.db, world.id('chloe'), { disabled_at: world.clock.iso() })
    expect((await tryIn(world.browser(), 'chloe@example.org', PASSWORD)).status).toBe(422)
  })
})

describe('several people with one e-mail address', () => {
  it('are distinguished by their passwords', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe', 'tulipe marteau lundi gris')
    expect((await tryIn(world.browser(), 'chloe@example.org', 'tulipe marteau lundi gris')).heading).toBe(
      'Bonjour David',
    )
    expect((await tryIn(world.browser(), 'chloe@example.org', PASSWORD)).heading).toBe('Bonjour Chloé')
  })

  it('are asked who they are, after the proof only, when even the password is the same', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe')
    const wrong = await tryIn(world.browser(), 'chloe@example.org', 'pas le bon mot de passe')
    expect(wrong.text).not.toMatch(/David|Chloé/)
    const b = await tryIn(world.browser(), 'chloe@example.org', PASSWORD)
    expect(b.heading).toBe('Qui êtes-vous ?')
    await b.press('Continuer')
    expect(b.errors()).toEqual({ 'Vous êtes…': 'Dites-nous qui vous êtes.' })
    await b.post('/sign-in/who', { person: world.id('amina') })
    expect(b.status).toBe(422)
    expect(b.text).not.toContain('Amina Benali Me déconnecter')
    await b.choose('David Roy').press('Continuer')
    expect(b.heading).toBe('Bonjour David')
  })

  it('lose the choice after ten minutes, and cannot have it with a cookie from before', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe')
    const b = world.browser()
    await b.get('/sign-in')
    await b.press('English')
    const before = b.cookie
    expect(before).not.toBe('')
    await b.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
    expect(b.url).toBe('/sign-in/who')
    expect(b.cookie).not.toBe(before)
    const planted = world.browser()
    planted.cookie = before
    await planted.post('/sign-in/who', { person: world.id('david') })
    expect(planted.url).toBe('/sign-in')
    world.clock.advance(10 * 60_000)
    await b.post('/sign-in/who', { person: world.id('david') })
    expect(b.url).toBe('/sign-in')
  })
})

describe('a half-made sign-in', () => {
  /** Chloé or David, who share the password. */
  async function atTheChoice(world: World): Promise<Browser> {
    await shareMailbox(world, 'david', 'chloe')
    const b = await tryIn(world.browser(), 'chloe@example.org', PASSWORD)
    expect(b.url).toBe('/sign-in/who')
    return b
  }
  const people = async (b: Browser) => {
    await b.get('/sign-in/who')
    return [...b.document.querySelectorAll('input[name=person]')].map((one) => one.getAttribute('value'))
  }

  it('is over for whoever has a new password since', async () => {
    const world = await startApp()
    const b = await atTheChoice(world)
    world.clock.advance(1000)
    await resetPassword(world.deps, '1004')
    expect(await people(b)).toEqual([world.id('chloe')])
  })

  it('is over for whoever was shut out since', async () => {
    const world = await startApp()
    const b = await atTheChoice(world)
    await (await world.signIn('bastien')).post(`/work/people/${world.id('david')}/suspension`, {})
    expect(await people(b)).toEqual([world.id('chloe')])
  })

  it('ends the session of whoever was in before', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe')
    const b = await world.signIn('amina')
    const { cookie } = b
    await b.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
    expect([b.url, await isIn(b)]).toEqual(['/sign-in/who', false])
    b.cookie = cookie
    expect(await isIn(b)).toBe(false)
  })
})

describe('a link by e-mail', () => {
  async function askLink(world: World, login: string, next = ''): Promise<Browser> {
    const b = world.browser()
    await b.get(`/sign-in${next ? `?next=${next}` : ''}`)
    return b.fill(LOGIN, login).press('Recevoir un lien')
  }

  it('signs in once, after a press on its page', async () => {
    const world = await startApp()
    const asked = await askLink(world, 'chloe@example.org')
    expect(asked.url).toBe('/sign-in/sent')
    const link = await world.linkFor('chloe@example.org')
    const b = world.browser()
    await b.get(link)
    await b.get(link)
    expect(b.heading).toBe('Entrer maintenant ?')
    await b.press('Entrer')
    expect(b.heading).toBe('Bonjour Chloé')
    const again = world.browser()
    await again.get(link)
    expect([again.status, again.heading]).toEqual([410, 'Ce lien ne marche plus'])
    await again.post(link, {})
    expect(await isIn(again)).toBe(false)
    world.clock.advance(11_000)
    expect((await again.post(link, {})).status).toBe(410)
  })

  it('leads on to the page that was wanted, in the browser that asked', async () => {
    const world = await startApp()
    const b = await askLink(world, '1002', '/my/profile')
    await b.get(await world.linkFor('bastien@example.org'))
    await b.press('Entrer')
    expect(b.url).toBe('/my/profile')
  })

  it('is over after half an hour', async () => {
    const world = await startApp()
    await askLink(world, 'chloe@example.org')
    const link = await world.linkFor('chloe@example.org')
    world.clock.advance(30 * 60_000)
    expect((await world.browser().get(link)).status).toBe(410)
  })

  it('asks who, when several people share the mailbox; by number it is for one', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe')
    await askLink(world, 'chloe@example.org')
    const b = world.browser()
    await b.get(await world.linkFor('chloe@example.org'))
    await b.press('Entrer')
    expect(b.heading).toBe('Qui êtes-vous ?')
    await b.choose('Chloé Tremblay').press('Continuer')
    expect(b.heading).toBe('Bonjour Chloé')
    await askLink(world, '1004')
    const david = world.browser()
    await david.get(await world.linkFor('chloe@example.org'))
    await david.press('Entrer')
    expect(david.heading).toBe('Bonjour David')
  })

  it('is never mentioned to unknown persons, and comes five times at most in half an hour', async () => {
    const world = await startApp()
    const words = new Set<string>()
    for (let n = 0; n < 7; n++, world.clock.advance(11_000)) words.add((await askLink(world, 'chloe@example.org')).text)
    for (const login of ['personne@example.org', '9999']) words.add((await askLink(world, login)).text)
    expect(words.size).toBe(1)
    expect((await world.mails()).map(({ to }) => to)).toEqual(Array(5).fill('chloe@example.org'))
  })

  it('carries the address of the site, not the one an unknown person claims', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.post(
      '/password/forgot',
      { login: '1003' },
      { 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' },
    )
    await b.post('/sign-in/link', { login: '1003' }, { 'x-forwarded-host': 'evil.test' })
    const mails = await world.mails()
    expect(mails).toHaveLength(2)
    for (const mail of mails) {
      expect(mail.text + mail.html).not.toContain('evil.test')
      expect(mail.text).toContain('http://localhost:3000/')
    }
  })

  it('asks for an address or a number when there is none', async () => {
    const world = await startApp()
    const b = await askLink(world, '')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors())).toEqual([LOGIN])
  })
})

describe('a forgotten password', () => {
  async function askReset(world: World, login: string): Promise<Browser> {
    const b = world.browser()
    await b.get('/sign-in')
    await b.follow('Mot de passe oublié ?')
    return b.fill(LOGIN, login).press('Recevoir le lien')
  }

  it('is replaced through a link; every session ends, and a mail is sent (J3)', async () => {
    const world = await startApp()
    const phone = await world.signIn('chloe')
    await askReset(world, 'chloe@example.org')
    const link = await world.linkFor('chloe@example.org')
    const b = world.browser()
    await b.get(link)
    await b.fill(NEW, 'court').press('Enregistrer')
    expect([b.status, b.errors()[NEW]]).toEqual([422, 'Il faut 12 caractères au moins. Ajoutez un mot ou deux.'])
    await b.fill(NEW, 'ChloeTremblay').press('Enregistrer')
    expect(b.errors()[NEW]).toContain('ressemble à votre nom')
    await b.fill(NEW, GOOD).press('Enregistrer')
    expect(b.heading).toBe('Bonjour Chloé')
    expect(b.text).toContain('Votre mot de passe est changé.')
    expect(await isIn(phone)).toBe(false)
    expect((await world.browser().get(link)).status).toBe(410)
    expect((await tryIn(world.browser(), '1003', PASSWORD)).status).toBe(422)
    expect((await tryIn(world.browser(), '1003', GOOD)).url).toBe('/my')
    expect((await world.mails()).at(-1)).toMatchObject({
      to: 'chloe@example.org',
      subject: 'Votre mot de passe a changé',
    })
  })

  it('answers the same for an address we do not know, and is over after one hour (J3)', async () => {
    const world = await startApp()
    const [known, unknown] = [await askReset(world, '1003'), await askReset(world, 'personne@example.org')]
    expect([known.status, known.url, known.text]).toEqual([unknown.status, unknown.url, unknown.text])
    const link = await world.linkFor('chloe@example.org')
    world.clock.advance(60 * 60_000)
    expect((await world.browser().get(link)).status).toBe(410)
  })

  it('gives each person of a shared mailbox a link of their own', async () => {
    const world = await startApp()
    await shareMailbox(world, 'david', 'chloe')
    await askReset(world, 'chloe@example.org')
    const mail = (await world.mails()).at(-1)!
    expect(mail.text).toMatch(/Chloé Tremblay, membre n°\s1003[\s\S]*David Roy, membre n°\s1004/)
    const links = mail.text.match(/http:\S+\/password\/\S+/g)!
    const b = world.browser()
    await b.get(links[1]!)
    await b.fill(NEW, GOOD).press('Enregistrer')
    expect(b.heading).toBe('Bonjour David')
    expect((await tryIn(world.browser(), '1003', PASSWORD)).url).toBe('/my')
  })

  it('can be taken away by the operator, who gets a link to pass on', async () => {
    const world = await startApp()
    const phone = await world.signIn('bastien')
    const [reset] = await resetPassword(world.deps, 'bastien@example.org')
    expect(reset).toMatchObject({ name: 'Bastien Moreau', memberNumber: 1002 })
    expect(await isIn(phone)).toBe(false)
    expect((await tryIn(world.browser(), '1002', PASSWORD)).status).toBe(422)
    const b = await world.browser().get(reset!.link)
    await b.fill(NEW, GOOD).press('Enregistrer')
    expect(b.heading).toBe('Ce qui vous attend')
    expect(await resetPassword(world.deps, 'personne@example.org')).toEqual([])
  })
})

describe('a session', () => {
  it('never keeps the name it had before sign-in, and is in the database only as a hash', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.get('/sign-in')
    await b.press('English')
    const before = b.cookie
    await b.post('/sign-in', { login: '1002', password: PASSWORD })
    expect(b.cookie).not.toBe(before)
    const other = world.browser()
    other.cookie = before
    expect(await isIn(other)).toBe(false)
    const rows = JSON.stringify(await world.deps.db.selectFrom('sessions').selectAll().execute())
    expect(rows).not.toContain(b.cookie.split('=')[1])
  })

  it('is over after signing out, also for who kept the cookie', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const { cookie } = b
    await b.get('/my')
    await b.press('Me déconnecter')
    expect(await isIn(b)).toBe(false)
    b.cookie = cookie
    expect(await isIn(b)).toBe(false)
  })

  it('has a page to sign out for those who open the address', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/sign-out')
    expect(b.heading).toBe('Vous déconnecter ?')
    await b.press('Me déconnecter')
    expect(await isIn(b)).toBe(false)
  })

  it('can be ended from another device, one by one or all', async () => {
    const world = await startApp()
    const [phone, tablet, desk] = [
      await world.signIn('chloe'),
      await world.signIn('chloe'),
      await world.signIn('chloe'),
    ]
    const other = await world.signIn('bastien')
    await desk.get('/my/security')
    expect(desk.document.querySelectorAll('.plainlist li').length).toBe(3)
    await desk.press('Déconnecter Appareil inconnu')
    expect(desk.text).toContain('C’est déconnecté.')
    const left = [await isIn(phone), await isIn(tablet)]
    expect(left.filter(Boolean).length).toBe(1)
    await desk.get('/my/security')
    await desk.press('Déconnecter tous les autres')
    expect([await isIn(phone), await isIn(tablet), await isIn(desk), await isIn(other)]).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('of somebody else cannot be ended', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    const other = await world.signIn('bastien')
    const second = await world.signIn('bastien')
    await second.get('/my/security')
    const mark = second.document.querySelector('[name=session]:not([value=others])')!.getAttribute('value')!
    await b.post('/my/security/sessions/ending', { session: mark })
    expect(b.status).toBe(404)
    expect(await isIn(other)).toBe(true)
    await second.post('/my/security/sessions/ending', { session: mark })
    expect(await isIn(other)).toBe(false)
  })
})

describe('one’s own page', () => {
  it('links the pages one may open, and no other', async () => {
    const world = await startApp()
    const chloe = await world.signIn('chloe')
    await chloe.get('/my')
    expect(chloe.text).toContain('Votre numéro de membre est le 1003.')
    expect(chloe.hasLink('Mes heures')).toBe(true)
    expect(chloe.text).not.toContain('Mon travail')
    const amina = await world.signIn('amina')
    await amina.get('/my')
    expect(amina.text).toContain('Mon travail')
    expect(amina.text).toContain('Réglages')
    expect((await world.browser().get('/my')).url).toBe('/sign-in?next=%2Fmy')
  })

  it('keeps names, telephone and language; forged fields change nothing', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    await b.get('/my/profile')
    await b
      .fill('Votre prénom', '')
      .fill('Votre nom', 'Tremblay-Roy')
      .fill('Votre téléphone', '12')
      .press('Enregistrer')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors()).map((label) => label.replace(' (facultatif)', ''))).toEqual([
      'Votre prénom',
      'Votre téléphone',
    ])
    expect(b.value('Votre nom')).toBe('Tremblay-Roy')
    await b
      .fill('Votre prénom', 'Zoé')
      .fill('Votre téléphone', '06 12 34 56 78')
      .fill('Votre langue', 'English')
      .press('Enregistrer')
    expect([b.status, b.heading]).toEqual([200, 'My details'])
    await b.post('/my/profile', {
      given_name: 'Zoé',
      family_name: 'Tremblay',
      phone: '',
      locale: 'fr',
      roles: 'administrator',
      role: 'administrator',
      email: 'autre@example.org',
      member_number: '1',
      password_hash: 'x',
      id: world.id('amina'),
      'roles[]': 'administrator',
    })
    const row = await world.deps.db
      .selectFrom('people')
      .selectAll()
      .where('id', '=', world.id('chloe'))
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ given_name: 'Zoé', email: 'chloe@example.org', member_number: 1003, locale: 'fr' })
    expect(row.search_key).toBe('tremblay zoe')
    const roles = await world.deps.db
      .selectFrom('people_roles')
      .select('role')
      .where('person_id', '=', row.id)
      .execute()
    expect(roles).toEqual([{ role: 'volunteer' }])
  })

  it('takes a new e-mail address once it is confirmed there, and mails the old one', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    await b.get('/my/profile')
    await b.fill('Nouvelle adresse e-mail', 'zoe@').fill(WORD, 'faux faux faux').press('Changer d’adresse')
    expect(Object.keys(b.errors())).toEqual(['Nouvelle adresse e-mail', WORD])
    await b.fill('Nouvelle adresse e-mail', 'zoe@example.org').fill(WORD, 'faux').press('Changer d’adresse')
    expect(b.errors()[WORD]).toContain('Ce n’est pas votre mot de passe actuel')
    expect(b.value('Nouvelle adresse e-mail')).toBe('zoe@example.org')
    await b.fill('Nouvelle adresse e-mail', 'Zoe@example.org').fill(WORD, PASSWORD).press('Changer d’adresse')
    expect(b.text).toContain('Un message part vers Zoe@example.org')
    expect((await tryIn(world.browser(), 'zoe@example.org', PASSWORD)).status).toBe(422)
    const link = await world.linkFor('Zoe@example.org')
    const other = await world.browser().get(link)
    await other.press('Confirmer')
    expect(other.url).toBe('/sign-in')
    expect((await tryIn(world.browser(), 'zoe@example.org', PASSWORD)).url).toBe('/my')
    expect((await world.mails()).at(-1)).toMatchObject({
      to: 'chloe@example.org',
      subject: 'Votre adresse e-mail a changé',
    })
    expect((await world.browser().get(link)).status).toBe(410)
  })

  it('keeps no character that hides or turns round what is read', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    const hidden = '\u202e\u200b\u2066\ufeff\u0007'
    const input = {
      given_name: `Chloe\u0301${hidden}`,
      family_name: `${hidden}Trem${hidden}blay`,
      phone: '',
      locale: 'fr',
    }
    await b.post('/my/profile', input)
    const row = await world.deps.db
      .selectFrom('people')
      .select(['given_name', 'family_name'])
      .where('id', '=', world.id('chloe'))
      .executeTakeFirst()
    expect(row).toEqual({ given_name: 'Chloé', family_name: 'Tremblay' })
  })

  describe('a new e-mail address', () => {
    const ask = (b: Browser, email: string, password = PASSWORD) => b.post('/my/profile/email', { email, password })

    it('ends what was mailed to the old one, and an earlier link to another', async () => {
      const world = await startApp()
      const b = await world.signIn('chloe')
      await world.browser().post('/password/forgot', { login: '1003' })
      await world.browser().post('/sign-in/link', { login: '1003' })
      const old = (await world.mails()).flatMap(
        ({ text }) => text.match(/\/(?:password|sign-in\/link)\/[\w-]{20,}/g) ?? [],
      )
      expect(old).toHaveLength(2)
      await ask(b, 'une@example.org')
      const first = await world.linkFor('une@example.org')
      await ask(b, 'deux@example.org')
      expect((await world.browser().get(first)).status).toBe(410)
      for (const link of old) expect((await world.browser().get(link)).status).toBe(200)
      await (await world.browser().get(await world.linkFor('deux@example.org'))).press('Confirmer')
      for (const link of old) expect((await world.browser().get(link)).status).toBe(410)
    })

    it('is confirmed within a day, and not by somebody shut out', async () => {
      const world = await startApp()
      const b = await world.signIn('chloe')
      await ask(b, 'zoe@example.org')
      const link = await world.linkFor('zoe@example.org')
      world.clock.advance(24 * 3_600_000 - 1)
      expect((await world.browser().get(link)).status).toBe(200)
      await updatePerson(world.deps.db, world.id('chloe'), { disabled_at: world.clock.iso() })
      expect((await world.browser().post(link, {})).status).toBe(410)
      await updatePerson(world.deps.db, world.id('chloe'), { disabled_at: null })
      world.clock.advance(1)
      expect((await world.browser().get(link)).status).toBe(410)
    })

    it('fills nobody’s mailbox: five mails in half an hour', async () => {
      const world = await startApp()
      const b = await world.signIn('chloe')
      const answers: number[] = []
      for (let n = 0; n < 6; n++, world.clock.advance(11_000)) answers.push((await ask(b, 'Zoe@example.org')).status)
      expect(answers).toEqual([200, 200, 200, 200, 200, 429])
    })
  })

  it('changes the password for who knows the present one; the other devices are signed out', async () => {
    const world = await startApp()
    const phone = await world.signIn('chloe')
    const b = await world.signIn('chloe')
    const before = b.cookie
    await b.get('/my/security')
    await b.fill('Votre mot de passe actuel', 'faux').fill(NEW, GOOD).press('Enregistrer')
    expect(Object.keys(b.errors())).toEqual(['Votre mot de passe actuel'])
    await b.fill('Votre mot de passe actuel', PASSWORD).fill(NEW, 'motdepasse2026').press('Enregistrer')
    expect(b.errors()[NEW]).toContain('trop facile à deviner')
    await b.fill('Votre mot de passe actuel', PASSWORD).fill(NEW, `  ${GOOD} é `).press('Enregistrer')
    expect(b.text).toContain('Votre mot de passe est changé.')
    expect(b.cookie).not.toBe(before)
    expect(await isIn(phone)).toBe(false)
    expect(await isIn(b)).toBe(true)
    expect((await tryIn(world.browser(), '1003', GOOD)).status).toBe(422)
    expect((await tryIn(world.browser(), '1003', `  ${GOOD} e\u0301 `)).url).toBe('/my')
    expect((await world.mails()).map(({ subject }) => subject)).toEqual(['Votre mot de passe a changé'])
  })

  it('stops guessing of the present password after ten tries', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    for (let n = 0; n < 10; n++) await b.post('/my/security/password', { current: 'faux', password: GOOD })
    await b.post('/my/security/password', { current: PASSWORD, password: GOOD })
    expect(b.status).toBe(429)
  })

  it('lets somebody without a password choose one through their mailbox only', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    await updatePerson(world.deps.db, world.id('chloe'), { password_hash: null, password_set_at: null })
    await b.get('/my/security')
    expect(b.text).toContain('Vous entrez avec un lien reçu par e-mail')
    await b.post('/my/security/password', { current: 'x', password: GOOD })
    expect(b.status).toBe(422)
    await b.get('/my/security')
    await b.press('Recevoir le lien')
    await b.get(await world.linkFor('chloe@example.org'))
    await b.fill(NEW, GOOD).press('Enregistrer')
    expect((await tryIn(world.browser(), '1003', GOOD)).url).toBe('/my')
  })
})

describe('the second factor', () => {
  const codeOf = (secret: string, world: World) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now().getTime() })

  async function switchOn(world: World): Promise<{ b: Browser; secret: string; spares: string[] }> {
    const b = await world.signIn('bastien')
    await b.get('/my/security')
    await b.fill(WORD, PASSWORD).press('Commencer')
    expect(b.heading).toBe('Mettre en place la double vérification')
    expect(b.document.querySelector('img[src^="data:image/svg+xml;base64,"]')).not.toBeNull()
    const secret = b.document.querySelector('.box b')!.textContent!.replaceAll(' ', '')
    await b.fill('Le code à 6 chiffres', '000000').press('Mettre en place')
    expect(Object.keys(b.errors())).toEqual(['Le code à 6 chiffres'])
    await b.fill('Le code à 6 chiffres', codeOf(secret, world)).press('Mettre en place')
    expect(b.heading).toBe('Vos codes de secours')
    const spares = [...b.document.querySelectorAll('code')].map((one) => one.textContent!)
    return { b, secret, spares }
  }

  it('is offered to those who see others’ data, and asks for the password first', async () => {
    const world = await startApp()
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/security')
    expect(chloe.text).not.toContain('Double vérification')
    const b = await world.signIn('bastien')
    await b.get('/my')
    expect(b.hasLink('Le mettre en place')).toBe(true)
    await b.get('/my/security')
    await b.fill(WORD, 'faux').press('Commencer')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, [WORD]])
    const row = await world.deps.db
      .selectFrom('people')
      .select('totp_secret')
      .where('id', '=', world.id('bastien'))
      .executeTakeFirstOrThrow()
    expect(row.totp_secret).toBeNull()
  })

  it('asks for a code at sign-in, takes each code once, and hides its secret', async () => {
    const world = await startApp()
    const { b, secret } = await switchOn(world)
    const stored = JSON.stringify(await world.deps.db.selectFrom('people').selectAll().execute())
    expect(stored).not.toContain(secret)
    expect((await b.get('/my/security/second-factor')).url).toBe('/my/security')
    const other = await tryIn(world.browser(), '1002', PASSWORD)
    expect(other.url).toBe('/sign-in/code')
    expect(await isIn(other)).toBe(false)
    await other.get('/sign-in/code')
    await other.fill('Le code', codeOf(secret, world)).press('Me connecter')
    expect([other.status, other.errors()['Le code']]).toEqual([422, expect.stringContaining('a déjà servi')])
    world.clock.advance(30_000)
    await other.fill('Le code', codeOf(secret, world)).press('Me connecter')
    expect(other.heading).toBe('Ce qui vous attend')
    expect((await world.mails()).map(({ subject }) => subject)).toEqual(['La double vérification est en place'])
  })

  it('is not begun anew while it is on, and its first code is not guessed', async () => {
    const world = await startApp()
    const { b } = await switchOn(world)
    const before = await world.deps.db.selectFrom('people').selectAll().where('id', '=', world.id('bastien')).execute()
    await b.post('/my/security/second-factor', { password: PASSWORD })
    expect(b.status).toBe(409)
    expect(
      await world.deps.db.selectFrom('people').selectAll().where('id', '=', world.id('bastien')).execute(),
    ).toEqual(before)
    const amina = await world.signIn('amina')
    await amina.post('/my/security/second-factor', { password: PASSWORD })
    const answers: number[] = []
    for (let n = 0; n < 12; n++) {
      await amina.post('/my/security/second-factor/confirmation', { code: String(100_000 + n) })
      answers.push(amina.status)
    }
    expect([answers[0], answers.at(-1)]).toEqual([422, 429])
  })

  it('takes a code for a minute or so, no longer', async () => {
    const world = await startApp()
    const { secret } = await switchOn(world)
    world.clock.advance(60_000)
    const code = codeOf(secret, world)
    world.clock.advance(60_000)
    const late = await tryIn(world.browser(), '1002', PASSWORD)
    await late.fill('Le code', code).press('Me connecter')
    expect([late.status, await isIn(late)]).toEqual([422, false])
  })

  it('also stands behind links by mail and a forgotten password', async () => {
    const world = await startApp()
    await switchOn(world)
    const b = world.browser()
    await b.post('/sign-in/link', { login: '1002' })
    await b.get(await world.linkFor('bastien@example.org'))
    await b.press('Entrer')
    expect(b.url).toBe('/sign-in/code')
    await b.post('/password/forgot', { login: '1002' })
    await b.get(await world.linkFor('bastien@example.org'))
    await b.fill(NEW, GOOD).press('Enregistrer')
    expect(b.url).toBe('/sign-in/code')
    expect(await isIn(b)).toBe(false)
  })

  it('takes a spare code, once, and ten wrong codes at most', async () => {
    const world = await startApp()
    const { spares } = await switchOn(world)
    expect(spares).toHaveLength(8)
    const b = await tryIn(world.browser(), '1002', PASSWORD)
    await b.fill('Le code', spares[0]!.toUpperCase()).press('Me connecter')
    expect(b.heading).toBe('Ce qui vous attend')
    await b.get('/my/security')
    expect(b.text).toContain('Il vous reste 7 codes de secours.')
    const again = await tryIn(world.browser(), '1002', PASSWORD)
    await again.fill('Le code', spares[0]!).press('Me connecter')
    expect(again.status).toBe(422)
    for (let n = 0; n < 9; n++) await again.post('/sign-in/code', { code: '123456' })
    await again.post('/sign-in/code', { code: spares[1]! })
    expect(again.status).toBe(429)
    const rows = JSON.stringify(await world.deps.db.selectFrom('tokens').selectAll().execute())
    for (const spare of spares) expect(rows).not.toContain(spare.replace('-', ''))
  })

  it('shows spare codes once, makes new ones and stops, each for the password and a code', async () => {
    const world = await startApp()
    const { b, spares } = await switchOn(world)
    expect((await b.get('/my/security/codes')).url).toBe('/my/security')
    await b.post('/my/security/codes', { password: 'faux' })
    expect(b.status).toBe(422)
    await b.post('/my/security/codes', { password: PASSWORD, code: spares[0]! })
    expect(b.heading).toBe('Vos codes de secours')
    expect(b.text).not.toContain(spares[0]!)
    const [fresh] = [...b.document.querySelectorAll('code')].map((one) => one.textContent!)
    await b.post('/my/security/second-factor/removal', { password: 'faux' })
    expect(b.status).toBe(422)
    await b.post('/my/security/second-factor/removal', { password: PASSWORD, code: fresh! })
    expect(b.text).toContain('La double vérification est arrêtée.')
    expect((await tryIn(world.browser(), '1002', PASSWORD)).url).toBe('/work')
    expect(await world.deps.db.selectFrom('tokens').selectAll().where('purpose', '=', 'recovery').execute()).toEqual([])
  })
})

it('writes no password, link or name into the log', async () => {
  const world = await startApp()
  const b = world.browser()
  await b.post('/sign-in', { login: 'chloe@example.org', password: 'secret de jardin mouillé' })
  await b.post('/password/forgot', { login: 'chloe@example.org' })
  const link = await world.linkFor('chloe@example.org')
  await b.get(link)
  const log = world.logged.join('')
  expect(log).toContain('route=/password/:token')
  expect(log).not.toContain(link.split('/').at(-1))
  expect(log).not.toMatch(/chloe|Tremblay|secret de jardin/i)
})

it('forgets old links and counted tries', async () => {
  const world = await startApp()
  await world.browser().post('/password/forgot', { login: 'chloe@example.org' })
  world.clock.advance(26 * 3_600_000)
  const { jobs } = await import('../../server/jobs.ts')
  for (const job of jobs.filter(({ name }) => name.includes('old'))) await job.run(world.deps)
  expect(await world.deps.db.selectFrom('tokens').selectAll().execute()).toEqual([])
  expect(await world.deps.db.selectFrom('throttle').selectAll().execute()).toEqual([])
})

describe('the first start', () => {
  async function firstLink(world: World): Promise<string> {
    const lines: string[] = []
    await announceSetUp(world.deps, (line) => void lines.push(line))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^Ce site n’est pas encore réglé.* http:\/\/localhost:3000\/setup\/[\w-]{43}\n$/)
    expect(lines[1]).toMatch(/^This site is not set up yet/)
    return lines[0]!.trim().split(' ').at(-1)!
  }
  const fillIn = (b: Browser) =>
    b
      .choose('D’un centre de bénévolat')
      .fill('Son nom', 'Centre du bénévolat des Collines')
      .choose('Canada (Québec)')
      .fill('Dans quelle commune ?', 'Saint-Jérôme')
      .fill('Langue du site', 'Français (Québec)')
      .fill('Votre prénom', 'Odile')
      .fill('Votre nom', 'Fictive')
      .fill('Votre adresse e-mail', 'Odile@example.org')
      .fill(NEW, GOOD)

  it('shows that the site is being set up, on every page', async () => {
    const world = await startApp({ empty: true })
    const b = world.browser()
    for (const path of ['/', '/offers', '/sign-in', '/settings', '/admin', '/setup']) {
      await b.get(path)
      expect([b.status, b.url, b.heading]).toEqual([200, '/', 'Ce site se prépare'])
    }
    await b.post('/sign-in', { login: 'admin', password: 'admin' })
    expect(b.url).toBe('/')
    expect((await world.browser('en').get('/')).heading).toBe('This site is being set up')
    for (const path of ['/actor', '/api/v1/offers', '/.well-known/webfinger?resource=http://localhost:3000']) {
      expect((await b.get(path, { accept: '*/*' })).status).toBe(404)
    }
    expect((await b.get('/livez')).status).toBe(200)
    expect((await b.get('/readyz')).status).toBe(200)
  })

  it('makes the association, its first administrator and the kinds of hours in one go', async () => {
    const world = await startApp({ empty: true })
    const link = await firstLink(world)
    const b = world.browser()
    await b.get(link)
    await fillIn(b).press('Ouvrir le site')
    expect([b.url, b.heading]).toEqual(['/work', 'Ce qui vous attend'])
    expect(b.text).toContain('Votre site est ouvert.')
    expect(b.text).toContain('Vos premiers pas')
    const row = await findAssociation(world.deps.db)
    expect(row).toMatchObject({
      kind: 'centre',
      name: 'Centre du bénévolat des Collines',
      handle: 'centre-du-benevolat-des-collines',
      place_name: 'Saint-Jérôme',
      country: 'CA',
      currency: 'CAD',
      time_zone: 'America/Toronto',
      locale: 'fr-CA',
      locales: ['fr-CA', 'en'],
      contact_name: '',
      contact_email: '',
    })
    const roles = await world.deps.db.selectFrom('people_roles').select('role').orderBy('role').execute()
    expect(roles.map(({ role }) => role)).toEqual(['administrator', 'coordinator', 'moderator'])
    expect(await world.deps.db.selectFrom('hours_categories').selectAll().execute()).toHaveLength(4)
    const events = await world.deps.db.selectFrom('events').select('type').execute()
    expect(events.map(({ type }) => type)).toContain('association.created')
    const quebec = await world.browser().get('/sign-in')
    await quebec
      .fill('Votre courriel ou votre numéro de membre', 'odile@example.org')
      .fill(WORD, GOOD)
      .press('Me connecter')
    expect(quebec.url).toBe('/work')
    const again = await world.browser().get(link)
    expect(again.status).toBe(410)
    await again.post(link, { name: 'Autre' })
    expect(again.status).toBe(410)
    const lines: string[] = []
    await announceSetUp(world.deps, (line) => void lines.push(line))
    expect(lines).toEqual([])
  })

  it('pages F17: a short name that was shortened is shown before it is theirs for ever, and nothing else is asked again', async () => {
    const world = await startApp({ empty: true })
    const b = world.browser()
    await b.get(await firstLink(world))
    await fillIn(b).fill('Son nom', 'L’Atelier des Petits Vélos, Réparation Solidaire').press('Ouvrir le site')
    expect([b.status, Object.values(b.errors()).length]).toEqual([422, 1])
    expect(b.value('Nom court pour les autres sites')).toBe('atelier-petits-velos')
    expect(Object.values(b.errors()).join('')).toContain('Nous proposons')
    await b.press('Ouvrir le site')
    expect(b.url).toBe('/work')
    expect((await findAssociation(world.deps.db))?.handle).toBe('atelier-petits-velos')
  })

  it('pages F34: ties each fault to its field, all at once, and keeps what was typed; a good password only sealed', async () => {
    const world = await startApp({ empty: true })
    const b = world.browser()
    await b.get(await firstLink(world))
    await b.press('Ouvrir le site')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors())).toEqual([
      'Son nom',
      'Dans quelle commune ?',
      'Votre prénom',
      'Votre nom',
      'Votre adresse e-mail',
      NEW,
    ])
    await fillIn(b).fill('Nom court pour les autres sites', 'é à').fill('Dans quelle commune ?', 'Xyzzy')
    await b.fill(NEW, 'odilefictive1').press('Ouvrir le site')
    expect(Object.keys(b.errors()).map((label) => label.replace(' (facultatif)', ''))).toEqual([
      'Nom court pour les autres sites',
      'Dans quelle commune ?',
      NEW,
    ])
    expect(b.value('Votre nom')).toBe('Fictive')
    expect(b.html).not.toContain('odilefictive1')
    expect(b.errors()[NEW]).toContain('ressemble à votre nom')
    await b.fill(NEW, GOOD).press('Ouvrir le site')
    expect(b.errors()[NEW]).toBeUndefined()
    expect(b.html).not.toContain(GOOD)
    expect(b.text).toContain('Votre mot de passe est gardé.')
    await b.fill('Nom court pour les autres sites', '@Collines').fill('Dans quelle commune ?', 'Saint-Jérôme')
    await b.press('Ouvrir le site')
    expect(b.url).toBe('/work')
    const other = await world.browser().get('/sign-in')
    await other
      .fill('Votre courriel ou votre numéro de membre', 'odile@example.org')
      .fill(WORD, GOOD)
      .press('Me connecter')
    expect(other.url).toBe('/work')
    expect((await findAssociation(world.deps.db))?.handle).toBe('collines')
  })

  it('proposes towns when the name may mean several', async () => {
    const world = await startApp({ empty: true })
    const b = world.browser()
    await b.get(await firstLink(world))
    await fillIn(b).choose('France').fill('Dans quelle commune ?', 'Sainte-Colombe').press('Ouvrir le site')
    expect(b.errors()['Dans quelle commune ?']).toContain('de quelle commune')
    const towns = [...b.document.querySelectorAll('input[name="place_code"]')]
    expect(towns.length).toBeGreaterThan(2)
    const label = towns[1]!.closest('label')!.textContent!.replaceAll(/\s+/g, ' ').trim()
    await b.choose(label, 'Laquelle ?').press('Ouvrir le site')
    expect(b.url).toBe('/work')
    expect((await findAssociation(world.deps.db))?.place_code).toBe(towns[1]!.getAttribute('value'))
  })

  it('gives a link that lives one hour, and a new one at each start', async () => {
    const world = await startApp({ empty: true })
    const old = await firstLink(world)
    const link = await firstLink(world)
    expect((await world.browser().get(old)).status).toBe(410)
    expect((await world.browser().get(link)).status).toBe(200)
    world.clock.advance(3_600_000)
    expect((await world.browser().get(link)).status).toBe(410)
    expect((await world.browser().get(`/setup/${'A'.repeat(43)}`)).status).toBe(410)
  })

  it('can begin on the command line: the link then has the names', async () => {
    const world = await startApp({ empty: true })
    const input = { given_name: 'Odile', family_name: 'Fictive', email: 'odile@example.org' }
    const b = await world.browser().get(await createAdministrator(world.deps, input))
    expect([b.value('Votre prénom'), b.value('Votre adresse e-mail')]).toEqual(['Odile', 'odile@example.org'])
    const other = await startApp()
    const link = await createAdministrator(other.deps, input)
    const c = await other.browser().get(link)
    await c.fill(NEW, GOOD).press('Enregistrer')
    expect((await c.get('/work/people')).status).toBe(200)
  })
})
