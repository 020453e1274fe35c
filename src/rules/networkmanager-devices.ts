import { activeReads, isActive } from '../judge/active-unit.ts';
import { configuration, configurationFiles } from '../judge/configuration.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { hasDevices, leaveAlone, managedDevices } from '../managers/cni-devices.ts';
import { NETWORK_MANAGER_FILES } from '../managers/network-manager.ts';
import { run } from '../text/advice.ts';

const UNIT = 'NetworkManager.service';
const FILE = '/etc/NetworkManager/conf.d/90-netprereq.conf';

/** NetworkManager disables interfaces of a CNI, or changes their routes, unless it is configured to ignore them. */
export const networkmanagerDevices: Rule = {
  id: 'networkmanager-devices',
  aliases: ['NetworkManager', 'unmanaged-devices'],
  title: "NetworkManager leaves the CNI's interfaces alone",
  reads: { paths: activeReads(UNIT) },

  applies({ cni }, facts) {
    const active = isActive(facts, UNIT);
    if (active === false) return skip('NetworkManager does not run on this node');
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    if (!hasDevices(cni)) return skip(`nothing is known about NetworkManager and interfaces of ${cni}`);
    if (active === undefined && configurationFiles(NETWORK_MANAGER_FILES, facts).length === 0)
      return skip('nothing shows that NetworkManager is on this node');
    if (active === undefined) return info('whether NetworkManager runs on this node is not known');
    return cni === 'flannel'
      ? info('the documentation of flannel does not mention NetworkManager')
      : recommended(`${cni} is documented to need it`);
  },

  requires: configuration(NETWORK_MANAGER_FILES, 'unmanaged', (files, { profile: { cni = '' } }) => {
    const { managed, at } = managedDevices(cni, files);
    const right = managed.length === 0;
    return {
      right,
      actual: right ? 'unmanaged' : 'managed',
      at,
      message: right ? 'NetworkManager leaves them alone' : 'NetworkManager may manage interfaces of the CNI',
      why: `no line tells it to ignore ${managed.join(', ')}`,
      remedy: [{ do: 'write-file', file: FILE, lines: leaveAlone(cni) }, run('systemctl reload NetworkManager')],
    };
  }),

  explain: {
    when: 'NetworkManager runs, and the CNI is Calico or Canal',
    messages: [],
    symptoms: ['Routes to pods of other nodes are missing, or the tunnel interface keeps going down.'],
    meaning: [
      'NetworkManager manages every interface unless it is configured to ignore it: it takes down a tunnel that Calico has just set up, or removes addresses and routes. This does not ' +
        'happen on every node or at every start.',
    ],
    needed: [
      { cluster: 'Calico, Canal', verdict: 'recommended' },
      { cluster: 'flannel', verdict: 'info' },
      { cluster: 'other CNIs; no NetworkManager', verdict: 'skipped' },
    ],
    neededNotes: [
      'A udev rule of NetworkManager excludes `veth`, but not tunnels: it does not count here. If pods are already running, a reboot may be needed.',
    ],
    now: [
      'Read: `NetworkManager.conf` and the `conf.d` directories, merged as NetworkManager does: `unmanaged-devices` of `[keyfile]`, and `managed` of `[device…]`.',
    ],
    causes: [{ cause: 'unset', helps: 'add the drop-in, and reload NetworkManager' }],
    sources: {
      issues: ['projectcalico/calico#3271', 'rancher/rke2#786', 'kubernetes-sigs/kubespray#7037'],
      references: [
        {
          title: "Calico's troubleshooting guide",
          url: 'https://docs.tigera.io/calico/latest/operations/troubleshoot/troubleshooting#configure-networkmanager',
        },
        { title: 'NetworkManager.conf(5)' },
      ],
    },
  },
};
