import type { BootInputs } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { modprobeCommand } from './modprobe-command.ts';
import { maskedOnCommandLine } from './service.ts';
import { instanceOf, readUnit, type Unit, type UnitSetting, unitFile } from './unit-files.ts';

/** A unit that runs modprobe for a module at every boot. */
export interface UnitLoad {
  readonly unit: string;
  readonly at: { readonly file: string; readonly line: number };
  readonly denylist: boolean;
  /** By the service that sets the sysctls: after it, or without any order that is followed. */
  readonly when: 'after-sysctl' | 'some-time';
}

/** What units do about a module: what is sure, and what may be, each as a clause that names its file. */
export interface UnitLoads {
  readonly loads: readonly UnitLoad[];
  readonly doubts: readonly string[];
}

/** Every boot starts these. That default.target is multi-user.target, or something that includes it, is taken for granted. */
const LATE_TARGETS = new Set(['multi-user.target', 'default.target']);

/** And these, but before what has the usual dependencies: a unit that has them and is wanted here makes a circle, which is not followed. */
const EARLY_TARGETS = new Set(
  ['sysinit', 'basic', 'sockets', 'timers', 'paths', 'local-fs', 'swap'].map((name) => `${name}.target`),
);

/** Goes through the units that name the module. */
export function unitLoads(module: string, boot: BootInputs): UnitLoads {
  const files = (boot.mentions ?? []).filter(({ path }) => unitFile(path));
  const wants = boot.wantedUnits ?? [];
  const byCommandLine = maskedOnCommandLine(boot.commandLine ?? '').map(({ unit }) => unit);
  const masked = new Set([...(boot.maskedUnits ?? []), ...byCommandLine]);
  const names = new Set([...files.map(({ path }) => unitFile(path)?.unit ?? ''), ...wants.map(({ unit }) => unit)]);
  const units = new Map<string, Unit>();
  const read = (name: string) => {
    const unit = masked.has(name) ? undefined : readUnit(name, files);
    if (unit) units.set(name, unit);
  };
  for (const name of names) read(name);
  const started = new Set<string>();
  const start = (name: string) => {
    if (started.has(name)) return;
    started.add(name);
    if (!units.has(name)) read(name);
    const unit = units.get(name);
    if (!unit || !isSure(unit)) return;
    const wanted = wishesOf(unit).flatMap(({ key, value }) => (key.startsWith('On') ? [] : value.split(/\s+/)));
    for (const other of wanted) if (isAbout(other, module)) start(other);
    for (const other of wants) if (other.by === name) start(other.unit);
  };
  for (const { unit, by } of wants) {
    const early = units.get(unit);
    if (LATE_TARGETS.has(by) || (early && EARLY_TARGETS.has(by) && !hasUsualOrder(early))) start(unit);
  }
  const judged = [...units.values()].map((unit) => judge(unit, module, started.has(unit.name)));
  return { loads: judged.flatMap(({ loads }) => loads), doubts: judged.flatMap(({ doubts }) => doubts) };
}

function judge(unit: Unit, module: string, started: boolean): UnitLoads {
  const commands = unit.settings.filter(({ key }) => /^Exec(?:StartPre|Start|StartPost|Condition)$/.test(key));
  const naming = commands.filter(({ value }) => isAbout(expanded(value, unit), module));
  const plain = naming.flatMap((setting) => {
    const command = modprobeCommand(expanded(setting.value, unit));
    return command && setting.key !== 'ExecCondition' ? [{ setting, command }] : [];
  });
  const unread = unit.unread === undefined ? [] : [unit.unread];
  const loading = plain.filter(({ command }) => command.modules.includes(module));
  const sure = started && isSure(unit);
  const scripts = naming.filter((setting) => !plain.some((one) => one.setting === setting));
  // What a unit that is sure to start wants was gone through as a unit of its own.
  const unclear = [...scripts, ...(sure ? [] : wishesOf(unit)), ...environmentOf(unit)].filter(({ value }) =>
    isAbout(expanded(value, unit), module),
  );
  if (loading.length > 0 && sure) {
    const when = comesAfterSysctls(unit) ? 'after-sysctl' : 'some-time';
    return {
      loads: loading.map(({ setting, command }) => ({
        unit: unit.name,
        at: setting.at,
        denylist: command.denylist,
        when,
      })),
      doubts: [],
    };
  }
  const telling = [...loading.map(({ setting }) => setting), ...unclear].map(
    ({ at }) => `${place(at)} names ${module}`,
  );
  return { loads: [], doubts: telling.length > 0 ? telling : unread };
}

/** The lines by which it draws in other units. */
function wishesOf({ settings }: Unit): UnitSetting[] {
  return settings.filter(({ key }) => /^(?:Wants|Requires|BindsTo|Upholds|OnSuccess|OnFailure)$/.test(key));
}

/** What a script of it may go by. */
function environmentOf({ settings }: Unit): UnitSetting[] {
  return settings.filter(({ key }) => /^Environment(?:File)?$/.test(key));
}

/** Nothing of it is unread, and no condition and no restriction that is not followed stands in its way. */
function isSure({ settings, unread }: Unit): boolean {
  return unread === undefined && !settings.some(({ key, value }) => isObstacle(key, value));
}

function isObstacle(key: string, value: string): boolean {
  if (key === 'ConditionCapability') return value !== 'CAP_SYS_MODULE';
  if (/^(?:Condition|Assert|ExecCondition)/.test(key)) return true;
  if (key === 'User') return !/^(?:root|0)$/.test(value);
  if (/^(?:DynamicUser|ProtectKernelModules|PrivateUsers)$/.test(key)) return !/^(?:no|false|off|0|n|f)$/i.test(value);
  return /^(?:CapabilityBoundingSet|RootDirectory|RootImage)$/.test(key);
}

// What is reached before these has the sysctls behind it.
const LATER_THAN_SYSCTLS = /^(?:systemd-sysctl\.service|(?:sysinit|basic|multi-user)\.target)$/;
// network-pre.target is none of these: of cloud-init, which waits for the network, sysinit.target waits on some systems.
const LATE_SERVICES =
  /^(?:kubelet|kube-proxy|containerd|docker|crio|k3s(?:-agent)?|rke2-(?:server|agent)|k0s(?:controller|worker)|flanneld)\.service$/;
const LATE = new Set(
  ['network', 'network-online', 'multi-user', 'graphical', 'shutdown', 'remote-fs'].map((name) => `${name}.target`),
);

/**
 * Whether the unit starts after the sysctls are set: by default it does, since it comes after sysinit.target. An order of its own may
 * contradict that, and which of the two systemd drops then is not followed.
 */
function comesAfterSysctls({ settings }: Unit): boolean {
  const words = (wanted: string) =>
    settings.filter(({ key }) => key === wanted).flatMap(({ value }) => value.split(/\s+/));
  if (!words('Before').every((word) => LATE.has(word) || LATE_SERVICES.test(word))) return false;
  return hasUsualOrder({ settings }) || words('After').some((word) => LATER_THAN_SYSCTLS.test(word));
}

function hasUsualOrder({ settings }: Pick<Unit, 'settings'>): boolean {
  const own = settings.findLast(({ key }) => key === 'DefaultDependencies')?.value ?? 'yes';
  return /^(?:yes|true|on|1|y|t)$/i.test(own);
}

/** %i and %I of an instance; other specifiers stay as they are, and make the command one that is not followed. */
function expanded(value: string, { name }: Unit): string {
  const { instance } = instanceOf(name) ?? {};
  if (instance === undefined) return value;
  const unescaped = instance
    .replaceAll('-', '/')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return value.replaceAll('%i', instance).replaceAll('%I', unescaped);
}

function isAbout(text: string, module: string): boolean {
  return text.replaceAll('-', '_').includes(module);
}
