// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { isHandle, proposeHandle, readLogin, settingsOf } from '../../server/accounts/rules.ts'
import { passwordFault } from '../../server/accounts/password-rules.ts'
import { cornerOf, networkOf } from '../../server/base/network.ts'
import { newRecoveryCodes, newTotpSecret, readRecoveryCode, totpStep } from '../../server/accounts/totp.ts'
import { canCorrect, canManage, grantable } from '../../server/people/policy.ts'
import { roleChanges } from '../../server/people/rules.ts'
import { viewerOf, type Role } from '../../server/model/viewer.ts'
import { TOTP, Secret } from 'otpauth'

const own = ['Chloé', 'Tremblay', 'chloe.tremblay@exemple.org', 'Les Jardins du Canal', 'mainforte']

it.each([
  ['1042', { kind: 'number', number: 1042 }],
  ['n° 1042', { kind: 'number', number: 1042 }],
  [' N°001042 ', { kind: 'number', number: 1042 }],
  ['no. 1042', { kind: 'number', number: 1042 }],
  ['#1042', { kind: 'number', number: 1042 }],
  ['chloe@exemple.org', { kind: 'email', email: 'chloe@exemple.org' }],
  ['10421042104210', { kind: 'email', email: '10421042104210' }],
])('reads « %s » as a login', (typed, read) => {
  expect(readLogin(typed)).toEqual(read)
})

it.each([
  'onze lettres',
  'radis violette caravane',
  'un été à bicyclette',
  '茶'.repeat(5) + '山水花鳥風月雪',
  'x7#kQ!pd92LmZ',
  '   trois   espaces  ',
])('takes a password such as « %s »', (password) => {
  expect(passwordFault(password, own)).toBeUndefined()
})

it.each([
  ['onze lettre', 'short'],
  ['', 'short'],
  ['é'.repeat(11), 'short'],
  ['radis violette caravane '.repeat(6), 'long'],
  ['aaaaaaaaaaaa', 'common'],
  ['121212121212', 'common'],
  ['abcdefghijkl', 'common'],
  ['123456789012', 'common'],
  ['azertyuiopqsd', 'common'],
  ['AzertyUiop123', 'common'],
  ['motdepasse2026!', 'common'],
  ['Mot de passe 1', 'common'],
  ['P@ssw0rd2026', 'common'],
  ['soleilsoleil', 'common'],
  ['BonjourMarseille', 'common'],
  ['jetaime123456', 'common'],
  ['administrateur', 'common'],
  ['chatchatchatchat', 'common'],
  ['1q2w3e4r5t6y', 'common'],
  ['ChloeTremblay', 'own'],
  ['tremblay-chloé-2026', 'own'],
  ['chloe.tremblay@exemple.org', 'own'],
  ['lesjardinsducanal', 'own'],
  ['Mainforte2026', 'own'],
  ['soleilchloe123', 'own'],
])('refuses the password « %s » as %s (J19)', (password, why) => {
  expect(passwordFault(password, own)).toBe(`accounts.error.password_${why}`)
})

it('proposes a short name that other servers understand', () => {
  const proposed = (name: string) => Object.values(proposeHandle(name))
  expect(proposed('Les Jardins du Canal')).toEqual(['les-jardins-du-canal', true])
  expect(proposed('L’Œuvre d’Été')).toEqual(['l-oeuvre-d-ete', true])
  expect(proposed('Centre du bénévolat des Collines')).toEqual(['centre-du-benevolat-des-collines', true])
  // pages F17: cut between words, without the small ones.
  expect(proposed('L’Atelier des Petits Vélos, Réparation Solidaire')).toEqual(['atelier-petits-velos', false])
  expect(proposed('¿?')).toEqual(['association', true])
  expect(isHandle(proposeHandle('x'.repeat(39) + ' et compagnie').handle)).toBe(true)
  expect(['a', '-ab', 'ab-', 'a b', 'été', 'a'.repeat(41)].map(isHandle)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ])
})

it('knows currency and clock from the place', () => {
  expect(settingsOf({ country: 'FR', region: 'FR-R27' })).toEqual({ time_zone: 'Europe/Paris', currency: 'EUR' })
  expect(settingsOf({ country: 'FR', region: 'FR-R04' }).time_zone).toBe('Indian/Reunion')
  expect(settingsOf({ country: 'CA', region: 'QC-15' })).toEqual({ time_zone: 'America/Toronto', currency: 'CAD' })
})

it('counts one IPv6 subscriber as one network, and each IPv4 address as one', () => {
  expect(networkOf('2001:db8:1:100::1')).toBe(networkOf('2001:db8:1:1ff:ffff::9'))
  expect(networkOf('2001:db8:1:100::1')).not.toBe(networkOf('2001:db8:1:200::1'))
  expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
  expect(networkOf(undefined)).toBe('unknown')
  expect(cornerOf('::ffff:192.0.2.7')).toBe('192.0.2.0')
  expect(cornerOf('2001:db8:1:100::1')).toBe('2001:db8:1::')
})

it('accepts the code of this half minute and its neighbours, no other', () => {
  const secret = newTotpSecret()
  const now = new Date('2026-11-22T09:00:10.000Z')
  const at = (seconds: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() + seconds * 1000 })
  const step = Math.floor(now.getTime() / 30_000)
  expect(totpStep(secret, at(0), now)).toBe(step)
  expect(totpStep(secret, ` ${at(-30).slice(0, 3)} ${at(-30).slice(3)} `, now)).toBe(step - 1)
  expect(totpStep(secret, at(30), now)).toBe(step + 1)
  expect(totpStep(secret, at(-90), now)).toBeUndefined()
  expect(totpStep(secret, '12345', now)).toBeUndefined()
})

it('makes eight different spare codes, read however they are typed', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(8)
  expect(readRecoveryCode(codes[0]!.toUpperCase().replace('-', ' '))).toBe(codes[0]!.replace('-', ''))
  expect(readRecoveryCode('123456')).toBeUndefined()
})

const subject = (id: string, roles: Role[], more = {}) => ({ id, roles, invited_at: null, disabled_at: null, ...more })
const amina = viewerOf('amina', 'Amina', ['administrator'])
const bastien = viewerOf('bastien', 'Bastien', ['coordinator'])
const chloe = viewerOf('chloe', 'Chloé', ['volunteer'])

it('lets an administrator give every role, a coordinator only the one of volunteer, others none', () => {
  expect(grantable(amina, 'association')).toEqual(['administrator', 'coordinator', 'treasurer', 'volunteer'])
  expect(grantable(amina, 'centre')).toContain('moderator')
  expect(grantable(bastien, 'centre')).toEqual(['volunteer'])
  expect(grantable(chloe, 'association')).toEqual([])
})

it('changes only roles one may give, whatever the form contains', () => {
  expect(roleChanges(['treasurer'], ['administrator', 'volunteer', 'god'], ['volunteer'])).toEqual({
    added: ['volunteer'],
    removed: [],
  })
  expect(roleChanges(['volunteer', 'coordinator'], ['coordinator'], grantable(amina, 'association'))).toEqual({
    added: [],
    removed: ['volunteer'],
  })
})

it('leaves the team to administrators, and oneself to others', () => {
  expect(canManage(bastien, subject('chloe', ['volunteer'])).ok).toBe(true)
  expect(canManage(bastien, subject('elise', ['treasurer'])).ok).toBe(false)
  expect(canManage(bastien, subject('bastien', ['coordinator'])).ok).toBe(false)
  expect(canManage(amina, subject('bastien', ['coordinator'])).ok).toBe(true)
  expect(canManage(amina, subject('amina', ['administrator'])).ok).toBe(false)
  expect(canManage(chloe, subject('david', ['volunteer'])).ok).toBe(false)
})

it('lets an address be corrected only while nobody has proved it', () => {
  const invited = { ...subject('david', ['volunteer'], { invited_at: 'x' }), email_verified_at: null }
  expect(canCorrect(bastien, invited)).toBe(true)
  expect(canCorrect(bastien, { ...invited, email_verified_at: 'x' })).toBe(false)
  expect(canCorrect(amina, { ...invited, roles: ['coordinator'] })).toBe(false)
})
