package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real keepalived on one host, with one VRRP instance for a virtual IP, as a service that its own
 * {@link #systemctl} commands. Of several hosts the one with the highest priority takes the VIP.
 */
public final class Keepalived implements AutoCloseable {
  /** Its name for {@link #systemctl}. */
  public static final String UNIT = "keepalived.service";

  private final Path folder;
  private final Vip vip;
  private final Services services;
  private final Reaper.Registration registration;

  private Keepalived(Path folder, Vip vip, Services services) {
    this.folder = folder;
    this.vip = vip;
    this.services = services;
    this.registration = services.killAtEnd();
  }

  /**
   * Sets it up, not started.
   *
   * @param folder its own, made here: configuration, log, pid files and systemctl lie in it
   * @param vip nobody else may hold it while it is keepalived's
   * @param priority from 1 to 254
   */
  public static Keepalived install(Path folder, Host host, Vip vip, int priority) {
    Commands.require("keepalived", "keepalived");
    Services services = Services.install(folder.resolve("systemd"));
    Keepalived keepalived = new Keepalived(folder, vip, services);
    write(keepalived.trackFile(), "0\n");
    keepalived.configure(priority);
    // Not every build of keepalived has options for a log file.
    write(
        services.units().resolve(UNIT),
        """
        [Unit]
        Description=Keepalive Daemon (LVS and VRRP)

        [Service]
        ExecStart=/bin/sh -c "exec ip netns exec %1$s keepalived --dont-fork --vrrp \
        --log-console --log-detail --no-syslog --use-file='%2$s/keepalived.conf' \
        --pid='%2$s/keepalived.pid' --vrrp_pid='%2$s/vrrp.pid' >>'%2$s/keepalived.log' 2>&1"
        ExecReload=/bin/kill -HUP $MAINPID
        """
            .formatted(host.namespace().name(), folder));
    return keepalived;
  }

  /** Its keepalived.conf. */
  public Path configuration() {
    return folder.resolve("keepalived.conf");
  }

  /** The file with a number that it adds to its priority; 0 at first. */
  public Path trackFile() {
    return folder.resolve("give-up");
  }

  /** Its log. */
  public Path log() {
    return folder.resolve("keepalived.log");
  }

  /** The program that starts, stops and reloads {@link #UNIT}. */
  public Path systemctl() {
    return services.program();
  }

  public void start() {
    services.start(UNIT);
  }

  /** Ends it in order: it lets the VIP go and tells the others. */
  public void stop() {
    services.stop(UNIT);
  }

  /** Writes another priority into its configuration and reloads it. */
  public void setPriority(int priority) {
    configure(priority);
    services.reload(UNIT);
  }

  @Override
  public void close() {
    stop();
    registration.close();
  }

  private void configure(int priority) {
    write(
        configuration(),
        """
        vrrp_track_file give_up {
            file %s
        }
        vrrp_instance upstream {
            state BACKUP
            interface %s
            virtual_router_id 51
            version 3
            advert_int 0.2
            priority %d
            track_file {
                give_up weight 1
            }
            virtual_ipaddress {
                %s/32 dev %2$s
            }
        }
        """
            .formatted(trackFile(), Host.INTERFACE, priority, vip.address()));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
