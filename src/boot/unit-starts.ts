import type { BootInputs, ConfigFile } from '../facts/facts.ts';
import { maskedOnCommandLine } from './service.ts';
import { instanceOf, readUnit, type Unit, type UnitSetting, unitFile } from './unit-files.ts';

/** Every boot starts these. That default.target is multi-user.target, or something that includes it, is taken for granted. */
const LATE_TARGETS = new Set(['multi-user.target', 'default.target', 'timers.target']);

/** And these, but before what has the usual dependencies: a unit that has them and is wanted here makes a circle, which is not simulated. */
const EARLY_TARGETS = new Set(
  ['sysinit', 'basic', 'sockets', 'timers', 'paths', 'local-fs', 'swap'].map((name) => `${name}.target`),
);

/** The units of a node that were read, and those of them that every boot starts. */
export interface StartedUnits {
  readonly units: ReadonlyMap<string, Unit>;
  /** As far as nothing stands in their way; see isSure. */
  readonly started: ReadonlySet<string>;
  /** Scripts that units or the boot itself may run, by their paths. */
  readonly scripts: ReadonlyMap<string, ConfigFile>;
}

const NO_FILES: readonly ConfigFile[] = [];
const FOUND = new WeakMap<readonly ConfigFile[], { of: BootInputs; found: StartedUnits }>();

/** Goes through the units that were read, and what they want. */
export function startedUnits(boot: BootInputs): StartedUnits {
  const { mentions = NO_FILES } = boot;
  const known = FOUND.get(mentions);
  const same = (['wantedUnits', 'maskedUnits', 'commandLine'] as const).every((part) => known?.of[part] === boot[part]);
  if (known && same) return known.found;
  const found = goThrough(boot, mentions);
  FOUND.set(mentions, { of: boot, found });
  return found;
}

function goThrough(boot: BootInputs, mentions: readonly ConfigFile[]): StartedUnits {
  const files = mentions.filter(({ path }) => unitFile(path));
  const scripts = scriptsOf(mentions);
  const wants = boot.wantedUnits ?? [];
  const byCommandLine = maskedOnCommandLine(boot.commandLine ?? '').map(({ unit }) => unit);
  const masked = new Set([...(boot.maskedUnits ?? []), ...byCommandLine]);
  const units = new Map<string, Unit>();
  const read = (name: string) => {
    const unit = masked.has(name) ? undefined : readUnit(name, files);
    if (unit) units.set(name, unit);
  };
  for (const name of new Set([
    ...files.map(({ path }) => unitFile(path)?.unit ?? ''),
    ...wants.map(({ unit }) => unit),
  ]))
    read(name);
  const started = new Set<string>();
  const start = (name: string) => {
    if (started.has(name)) return;
    started.add(name);
    if (!units.has(name)) read(name);
    const unit = units.get(name);
    if (!unit || !isSure(unit, scripts)) return;
    const wanted = wishesOf(unit).flatMap(({ key, value }) => (key.startsWith('On') ? [] : value.split(/\s+/)));
    for (const other of wanted) if (files.some(({ path }) => unitFile(path)?.unit === fileOf(other))) start(other);
    for (const other of wants) if (other.by === name) start(other.unit);
    const timed = timedBy(unit);
    if (timed !== undefined) start(timed);
  };
  for (const { unit, by } of wants) {
    const early = units.get(unit);
    if (LATE_TARGETS.has(by) || (early && EARLY_TARGETS.has(by) && !hasUsualOrder(early))) start(unit);
  }
  // systemd-rc-local-generator wants it wherever the script may be executed.
  if (units.has('rc-local.service') && scripts.get('/etc/rc.local')?.executable) start('rc-local.service');
  return { units, started, scripts };
}

/** /etc/rc.local is a link to the other one where there are both. */
function scriptsOf(mentions: readonly ConfigFile[]): Map<string, ConfigFile> {
  const scripts = new Map(
    mentions.flatMap((file) => (file.executable === undefined ? [] : [[file.path, file] as const])),
  );
  const local = scripts.get('/etc/rc.local') ?? scripts.get('/etc/rc.d/rc.local');
  if (local) for (const path of ['/etc/rc.local', '/etc/rc.d/rc.local']) scripts.set(path, local);
  return scripts;
}

function fileOf(unit: string): string {
  return instanceOf(unit)?.template ?? unit;
}

/** The service that a timer starts after each boot; one that waits for a date is no proof. */
function timedBy({ name, settings }: Unit): string | undefined {
  if (!name.endsWith('.timer')) return undefined;
  if (!settings.some(({ key }) => /^On(?:Boot|Startup|Active|UnitActive|UnitInactive)Sec$/.test(key))) return undefined;
  return settings.findLast(({ key }) => key === 'Unit')?.value ?? name.replace(/\.timer$/, '.service');
}

/** The lines by which a unit draws in other units. */
export function wishesOf({ settings }: Unit): UnitSetting[] {
  return settings.filter(({ key }) => /^(?:Wants|Requires|BindsTo|Upholds|OnSuccess|OnFailure)$/.test(key));
}

/** Nothing of it is unread, and no condition and no restriction that is not simulated stands in its way. */
export function isSure({ settings, unread }: Unit, scripts: StartedUnits['scripts']): boolean {
  if (unread !== undefined) return false;
  // Of conditions with a | one suffices.
  const alternative = settings.filter(({ key, value }) => /^Condition/.test(key) && value.startsWith('|'));
  const others = settings.filter((setting) => !alternative.includes(setting));
  const holds = (setting: UnitSetting) => !isObstacle(setting, scripts);
  return others.every(holds) && (alternative.length === 0 || alternative.some(holds));
}

function isObstacle({ key, value }: UnitSetting, scripts: StartedUnits['scripts']): boolean {
  if (key === 'ConditionCapability') return !/^CAP_(?:SYS_MODULE|NET_ADMIN)$/.test(value);
  if (/^Condition(?:Path|File|Directory)/.test(key)) return !isThere(key, value.replace(/^\|/, ''), scripts);
  if (/^(?:Condition|Assert|ExecCondition)/.test(key)) return true;
  if (key === 'User') return !/^(?:root|0)$/.test(value);
  if (/^(?:DynamicUser|ProtectKernelModules|ProtectKernelTunables|PrivateUsers)$/.test(key))
    return !/^(?:no|false|off|0|n|f)$/i.test(value);
  return /^(?:CapabilityBoundingSet|RootDirectory|RootImage)$/.test(key);
}

/** Of what is there only scripts are known. */
function isThere(key: string, path: string, scripts: StartedUnits['scripts']): boolean {
  if (key === 'ConditionDirectoryNotEmpty')
    return [...scripts.keys()].some((one) => one.startsWith(path.replace(/\/?$/, '/')));
  const script = scripts.get(path);
  return script !== undefined && (key !== 'ConditionFileIsExecutable' || script.executable === true);
}

// What is reached before these has the sysctls behind it.
const LATER_THAN_SYSCTLS = /^(?:systemd-sysctl\.service|(?:sysinit|basic|multi-user)\.target)$/;
// network-pre.target is none of these: of cloud-init, which waits for the network, sysinit.target waits on some systems.
const LATE_SERVICES =
  /^(?:kubelet|kube-proxy|containerd|docker|crio|k3s(?:-agent)?|rke2-(?:server|agent)|k0s(?:controller|worker)|flanneld)\.service$/;
const LATE = new Set(
  ['network', 'network-online', 'multi-user', 'graphical', 'shutdown', 'remote-fs', 'getty'].map(
    (name) => `${name}.target`,
  ),
);

/**
 * Whether the unit starts after the sysctls are set: by default it does, since it comes after sysinit.target. An order of its own may
 * contradict that, and which of the two systemd drops then is not simulated.
 */
export function comesAfterSysctls({ settings }: Pick<Unit, 'settings'>): boolean {
  const words = (wanted: string) =>
    settings.filter(({ key }) => key === wanted).flatMap(({ value }) => value.split(/\s+/));
  if (!words('Before').every((word) => LATE.has(word) || LATE_SERVICES.test(word))) return false;
  return hasUsualOrder({ settings }) || words('After').some((word) => LATER_THAN_SYSCTLS.test(word));
}

function hasUsualOrder({ settings }: Pick<Unit, 'settings'>): boolean {
  const own = settings.findLast(({ key }) => key === 'DefaultDependencies')?.value ?? 'yes';
  return /^(?:yes|true|on|1|y|t)$/i.test(own);
}
