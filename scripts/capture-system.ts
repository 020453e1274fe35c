import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requestOf } from '../src/judge/request.ts';
import { stripScript } from '../src/probe/embed.ts';
import { probeScript } from '../src/probe/script.ts';
import { RULES } from '../src/rules/index.ts';
import { RECIPES, type Recipe } from './capture/recipes.ts';

/**
 * Writes test/fixtures/systems/NAME.txt: what the probe reads of a system that is made from published packages, when it is asked for what all
 * rules read. test/fixtures/captured.ts says what a test makes of it.
 * Usage: npm run capture -- NAME [DIRECTORY]
 * DIRECTORY is the system's root directory. Without it this prints how to make one with mmdebstrap, as root. Kubernetes' own files, as its
 * installation guide and kubeadm write them, are added to the directory; nothing in it is run.
 */
const [name = '', directory] = process.argv.slice(2);
const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
if (!recipe) {
  console.error(`usage: npm run capture -- NAME [DIRECTORY]; NAME is one of ${Object.keys(RECIPES).join(', ')}`);
  process.exit(2);
}
if (directory === undefined) {
  console.log(howToMake(recipe));
} else {
  const root = realpathSync(directory);
  addKubernetes(root, recipe);
  const file = `test/fixtures/systems/${name}.txt`;
  const request = requestOf(RULES);
  const header = [`name ${recipe.name}`, ...versions(root, recipe), `request ${JSON.stringify(request)}`];
  const script = stripScript(probeScript(request));
  const answer = execFileSync('sh', ['-c', script, 'netprereq', 'image', root], { encoding: 'utf8' });
  writeFileSync(file, `${header.map((line) => `# ${line}\n`).join('')}${answer}`);
  console.log(`${file}: ${answer.length} bytes of answer`);
}

function howToMake({ suite, packages, recommended }: Recipe): string {
  const options = [
    '--variant=important',
    ...(recommended ? ["--aptopt='APT::Install-Recommends true'", '--components=main,universe'] : []),
    `--include=${packages.join(',')}`,
  ];
  return `mmdebstrap ${options.join(' ')} ${suite} DIRECTORY [MIRROR]`;
}

/** What the installation guides of Kubernetes and of Calico have people write, and what kubeadm writes. */
function addKubernetes(root: string, { resolved, networkManager }: Recipe): void {
  const write = (path: string, ...lines: string[]) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), lines.map((line) => `${line}\n`).join(''));
  };
  write('etc/modules-load.d/k8s.conf', 'overlay', 'br_netfilter');
  write(
    'etc/sysctl.d/k8s.conf',
    'net.bridge.bridge-nf-call-iptables  = 1',
    'net.bridge.bridge-nf-call-ip6tables = 1',
    'net.ipv4.ip_forward                 = 1',
  );
  write(
    'var/lib/kubelet/config.yaml',
    'apiVersion: kubelet.config.k8s.io/v1beta1',
    'kind: KubeletConfiguration',
    'cgroupDriver: systemd',
    ...(resolved ? ['resolvConf: /run/systemd/resolve/resolv.conf'] : []),
  );
  if (networkManager) {
    const names = ['cali*', 'tunl*', 'vxlan.calico', 'vxlan-v6.calico', 'wireguard.cali', 'wg-v6.cali'];
    const list = names.map((name) => `interface-name:${name}`).join(';');
    write('etc/NetworkManager/conf.d/calico.conf', '[keyfile]', `unmanaged-devices=${list}`);
  }
  // A plain file is that of the machine on which the system was made.
  const servers = join(root, 'etc/resolv.conf');
  if (lstatSync(servers, { throwIfNoEntry: false })?.isFile()) rmSync(servers);
}

/** The versions of the recipe's packages, and of what applies its files. */
function versions(root: string, { packages }: Recipe): string[] {
  const options = ['--admindir', join(root, 'var/lib/dpkg'), '--show'];
  const all = execFileSync('dpkg-query', options, { encoding: 'utf8', maxBuffer: 4 * 1024 * 1024 });
  const wanted = new Set([...packages, 'systemd']);
  const packageOf = (line: string) => line.split('\t')[0] ?? '';
  const lines = all.split('\n').filter((line) => wanted.has(packageOf(line)));
  return lines.map((line) => `package ${line.replace('\t', ' ')}`);
}
