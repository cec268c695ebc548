package dmswitch.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dmswitch.sandbox.mysql.ImageRunner;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class DockerImagesTest {
  @Test
  void itIsWhatTheSandboxFinds() {
    List<ImageRunner> found =
        ServiceLoader.load(ImageRunner.class).stream().map(ServiceLoader.Provider::get).toList();
    assertEquals(1, found.size());
    assertInstanceOf(DockerImages.class, found.get(0));
  }
}
