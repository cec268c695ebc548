package dmswitch.mysql;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.Closeable;
import java.io.IOException;

/** Goes to one address of a name that has several; made by Connector/J. */
public final class OneAddress extends StandardSocketFactory {
  static final String PROPERTY = "dmSwitchAddress";

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // Connector/J's own signature.
  public <T extends Closeable> T connect(
      String hostname, int portNumber, PropertySet properties, int loginTimeout)
      throws IOException {
    String address = properties.getStringProperty(PROPERTY).getValue();
    return super.connect(address, portNumber, properties, loginTimeout);
  }
}
